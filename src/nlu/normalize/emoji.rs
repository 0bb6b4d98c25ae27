//! The emoji that shoppers use, by what they mean. Leaves to others: where they stand in a text.

/// The Chinese name of an emoji; `None` for one that is not in the table.
pub(super) fn name(emoji: char) -> Option<&'static str> {
    NAMES.iter().find(|(members, _)| members.contains(emoji)).map(|(_, name)| *name)
}

/// Whether a character is a pictograph, known or not.
pub(super) fn is_emoji(character: char) -> bool {
    matches!(u32::from(character),
        0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0x2B00..=0x2BFF | 0x231A..=0x231B | 0x23E9..=0x23FA | 0x3030 | 0x303D)
}

/// Whether a character only changes the look of the emoji before it: skin tones, joiners, variation selectors.
pub(super) fn is_modifier(character: char) -> bool {
    matches!(u32::from(character), 0x1F3FB..=0x1F3FF | 0x200D | 0xFE00..=0xFE0F | 0x20E3 | 0xE0020..=0xE007F)
}

/// Groups of emoji with one meaning, frequent ones first.
const NAMES: &[(&str, &str)] = &[
    ("😡😠🤬👿💢😤", "[生气]"),
    ("😭😢😥😿", "[大哭]"),
    ("😂🤣", "[笑哭]"),
    ("😊🙂☺😀😃😄😁😆🥲😸😺😌", "[微笑]"),
    ("👍👌🆗💯🫰", "[赞]"),
    ("🙏", "[合十]"),
    ("❤🧡💛💚💙💜🖤🤍🤎💕💖💗💓💞💘💝♥❣🫶", "[爱心]"),
    ("😍🥰😘😗😙😚😻", "[喜欢]"),
    ("🌹💐🌸🌷🌺🌻💮🏵", "[鲜花]"),
    ("👏🎉🎊🥳🎈", "[庆祝]"),
    ("😅💦😓", "[流汗]"),
    ("😒🙄😑😐😶🤨😏", "[无语]"),
    ("🤔🧐❓❔", "[疑问]"),
    ("😞😔☹🙁😟😣😖😩😫🥺😕😪", "[难过]"),
    ("💔", "[心碎]"),
    ("😱😨😰😧😦😳😲😮😯🤯", "[惊讶]"),
    ("🤮🤢😷🤧🤒🤕", "[恶心]"),
    ("👎", "[差评]"),
    ("🖕", "[鄙视]"),
    ("💩", "[便便]"),
    ("👋🤚🖐✋", "[挥手]"),
    ("🤝", "[握手]"),
    ("💪👊✊", "[加油]"),
    ("🐶🐕", "[狗头]"),
    ("😴💤🥱", "[困]"),
    ("😎🤩", "[得意]"),
    ("😜😝😛🤪😋😉", "[调皮]"),
    ("🤗", "[拥抱]"),
    ("🤦🤷", "[捂脸]"),
    ("🙈🙉🙊", "[捂脸]"),
    ("📦🚚🚛🛵", "[快递]"),
    ("🎁🧧", "[礼物]"),
    ("💰💴💵💸🤑", "[钱]"),
    ("📱☎📞📲", "[电话]"),
    ("✅✔☑⭕", "[对]"),
    ("❌✖❎🚫⛔", "[错]"),
    ("❗❕‼⚠", "[注意]"),
    ("⭐🌟✨💫★☆", "[星星]"),
    ("🔥", "[火]"),
    ("☕🍵🍻🍺", "[干杯]"),
    ("👀👁", "[看]"),
    ("⏰⌛⏳⌚", "[时间]"),
    ("🏃", "[跑]"),
    ("👶🤰", "[宝宝]"),
    ("☀🌞", "[太阳]"),
    ("🌙🌛🌚", "[月亮]"),
    ("👻💀☠", "[鬼]"),
    ("🔪", "[刀]"),
];
