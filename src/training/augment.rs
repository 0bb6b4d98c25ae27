//! Variations of a training message as people really type: slips of the finger, same-sounding characters, missing or
//! doubled marks, emoji, real values where the corpus has masks. Leaves to others: when to use them (`finetune`).

use std::collections::HashMap;

use pinyin::ToPinyin;

use super::random::Random;

/// Same-sounding characters, by sound.
#[derive(Debug, Clone)]
pub struct Sounds(HashMap<&'static str, Vec<char>>);

impl Sounds {
    /// Groups the Chinese characters of a vocabulary by their sound.
    pub fn of<'a>(pieces: impl Iterator<Item = &'a str>) -> Self {
        let mut groups: HashMap<&'static str, Vec<char>> = HashMap::new();
        for piece in pieces {
            let mut characters = piece.chars();
            if let (Some(character), None) = (characters.next(), characters.next())
                && let Some(sound) = character.to_pinyin()
            {
                groups.entry(sound.plain()).or_default().push(character);
            }
        }
        Sounds(groups)
    }
}

const EMOJI: &[&str] = &["😊", "😭", "😡", "👍", "🙏", "[微笑]", "[流泪]", "~", "...", "哈", "呢", "啊", "哦", "亲 "];

/// One to three slips in a message.
pub fn slip(text: &str, sounds: &Sounds, random: &mut Random) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..1 + characters.len() / 14 {
        if characters.is_empty() {
            break;
        }
        let at = random.below(characters.len());
        match random.below(8) {
            0 if characters.len() > 4 => {
                characters.remove(at);
            }
            1 if at + 1 < characters.len() => characters.swap(at, at + 1),
            2 => characters.insert(at, characters[at]),
            3 | 4 => {
                let sound = characters[at].to_pinyin().map(|sound| sound.plain());
                if let Some(others) = sound.and_then(|sound| sounds.0.get(sound)) {
                    characters[at] = others[random.below(others.len())];
                }
            }
            5 => {
                if let Some(sound) = characters[at].to_pinyin() {
                    characters.splice(at..=at, sound.plain().chars());
                }
            }
            6 => characters.retain(|character| !"，。？！,.?!、~ ".contains(*character)),
            _ => {
                let spot = if random.chance(0.5) { characters.len() } else { at };
                characters.splice(spot..spot, EMOJI[random.below(EMOJI.len())].chars());
            }
        }
    }
    characters.into_iter().collect()
}

/// Every kind of noise by turns: slips, full width, traditional characters; for measuring how much is lost.
pub fn noise(text: &str, turn: usize, sounds: &Sounds, random: &mut Random) -> String {
    let slipped = slip(text, sounds, random);
    match turn % 3 {
        0 => slipped,
        1 => slipped
            .chars()
            .map(|c| if c.is_ascii_graphic() { char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c) } else { c })
            .collect(),
        _ => slipped.chars().map(traditional).collect(),
    }
}

/// The traditional form of what shoppers write most.
fn traditional(simplified: char) -> char {
    const PAIRS: &str = "发發货貨订訂单單买買卖賣么麼们們这這个個还還没沒时時间間说說话話问問题題钱錢给給换換电電请請谢謝样樣对對号號码碼质質量量        价價优優惠惠开開关關东東后後来來过過进進运運费費退退实實际際为為什什听聽见見写寫长長应應该該让讓认認证證员員签簽        评評论論坏壞补補适適气氣点點帮幫几幾双雙块塊万萬两兩从從动動办辦务務区區县縣厂廠儿兒几幾处處";
    let mut pairs = PAIRS.chars().filter(|c| !c.is_whitespace());
    while let (Some(from), Some(to)) = (pairs.next(), pairs.next()) {
        if from == simplified {
            return to;
        }
    }
    simplified
}

/// Puts likely values where masks stand.
pub fn refill(text: &str, random: &mut Random) -> String {
    let mut rest = text;
    let mut filled = String::with_capacity(text.len());
    while let Some(start) = rest.find('[') {
        let Some(length) = rest[start..].find(']') else { break };
        filled.push_str(&rest[..start]);
        let mark = &rest[start..=start + length];
        filled.push_str(&value(mark, random).unwrap_or_else(|| mark.to_owned()));
        rest = &rest[start + length + 1..];
    }
    filled + rest
}

fn value(mark: &str, random: &mut Random) -> Option<String> {
    let mut digits = |count: usize| (0..count).map(|_| char::from(b'0' + random.below(10) as u8)).collect::<String>();
    let some = digits(2);
    let pick = digits(1).parse::<usize>().unwrap_or(0);
    Some(match mark {
        "[数字x]" => match pick {
            0..=4 => (pick + 1).to_string(),
            5..=7 => some,
            _ => digits(3),
        },
        "[金额x]" => match pick {
            0..=3 => format!("{some}元"),
            4..=6 => format!("{some}块"),
            _ => format!("{some}.9元"),
        },
        "[日期x]" => {
            ["3月5日", "6.18", "昨天", "12号", "2月14日", "双11", "周三", "1月3号", "20号", "5月1日"][pick].into()
        }
        "[时间x]" => {
            ["下午3点", "10:30", "8点", "晚上9点", "2小时", "上午", "18:00", "五点半", "12点", "明早"][pick].into()
        }
        "[姓名x]" => ["张伟", "李娜", "王芳", "刘洋", "陈静", "赵磊", "周敏", "吴强", "孙丽", "小林"][pick].into(),
        "[订单x]" => digits(12),
        "[电话x]" => format!("13{}", digits(9)),
        "[地址x]" => [
            "北京",
            "上海浦东",
            "广东深圳",
            "成都",
            "武汉洪山区",
            "浙江杭州",
            "朝阳区建国路8号",
            "重庆",
            "西安",
            "南京",
        ][pick]
            .into(),
        "[站点x]" => ["朝阳站", "城东营业部", "大学城站", "人民路站", "开发区站"][pick % 5].into(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_keep_most_of_a_message() {
        let sounds = Sounds::of(["是", "事", "是不", "a"].into_iter());
        let mut random = Random::new(2);
        for text in ["", "好", "什么时候发货，急", "[数字x]"] {
            for _ in 0..50 {
                let slipped = slip(text, &sounds, &mut random);
                assert!(slipped.chars().count() <= text.chars().count() + 12, "{slipped}");
            }
        }
        assert!(!refill("我的订单[订单x]花了[金额x]", &mut random).contains('['));
        assert_eq!(refill("一个[没", &mut random), "一个[没");
    }
}
