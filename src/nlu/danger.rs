//! What a person must see at once — injury, fire, allergy, fraud, leaked data, self-harm, lawsuit, media, authority —
//! by words that anyone can read and correct, beside the model's score. Leaves to others: the hand-over (`dialogue`).

use crate::inference::{Calibration, Understanding};

/// Words, divided by spaces, that hold a threat or a harm, and what beside them says that nothing of the kind is meant.
struct Rule {
    any: &'static str,
    unless: &'static str,
}

/// Courts, offices, media: a word is enough.
const AUTHORITY: Rule = Rule {
    any: "\
    12315 诉状 司法程序 法务 律所 新闻热线 晚报 质监 工商所 卫生局 警方 网警 商务局 上级主管 税务来 做了笔录 12135 12345打 12378 12300 12366 打110 黑猫 消协 消保 消委 消费者协会 消费者权益 市监局 \
    市场监管 市场监督 监管局 工商局 工伤局 工商投诉 去工商 找工商 打工商 等工商 食药监 食药局 药监局 \
    质监局 物价局 邮政局 邮政管理局 银保监 工信部 网信办 税务局 市长热线 信访 有关部门 3.15 聚投诉 \
    打315 315投诉 找315 315见 315栏目 315等 要不然315 上315 到315 起诉 诉讼 告你们 告你 告到 告死 \
    告赢 状告 法院 法庭 法律 打官司 吃官司 律师 传票 立案 被告 仲裁 报警 报了警 报案 派出所 警察 \
    曝光 暴光 爆光 媒体 记者 爆料 见报 报社 电视台 热搜 小莉帮忙 黄金眼 挂你们 挂网上 发网上 \
    发到网上 放上网 捅到网上 上网曝 发抖音 上抖音 抖音见 发微博 发小红书 小红书见 避雷 拉横幅 闹大 \
    打假 举报",
    unless: "\
    报警器 报警功能 自动报警 报警声 会报警 一直报警 老报警 总报警 低电报警 烟雾报警 曝光补偿 曝光度 \
    曝光时间 过曝 长曝光 双重曝光 二次曝光 曝光量 书籍 这本书 那本书 的书 教材 玩具 警察服 警察帽 \
    小警察 黑猫警长 黑猫玩偶 黑猫图案 黑猫猫 黑猫周边 考试 法考 防诈 工商银行 尾号 号的订单 媒体播放 \
    多媒体 流媒体 媒体盒 媒体中心 媒体音 自媒体设备 记者证 律师袍 律师证 鼠标垫 起诉书 档案袋 法律书 \
    法律类 法律出版 法院店 法院地址 送到法院 寄到法院 法院旁 法院对面 法院附近 法院门口 法院路 \
    派出所旁 派出所对面 派出所附近 派出所门口 寄到派出所 送到派出所 公安局对面 公安局旁 公安路 315号 \
    怎么起诉他 多少钱 有货 有没有卖 推荐 收货地址 打假货",
};

/// Money or data taken, or a life in danger: a word is enough.
const CRIME: Rule = Rule {
    any: "\
    诈骗 欺诈 安全账户 转走 骗着 骗了 失联 假网站 账户空了 卡空了 被刷走 被人刷 被套走 连订单号都 倒卖 外泄 被黑 被晒 透露给 漏的 泄出去 给出去的 冻结账号 伤害自己 离开这个世界 死在你们 不如死 百草枯 跳河 逼死 死路一条 死了也没人 结束这一切 就是想结束 不想过了 别醒 把药都 去死 被骗 遇到骗子 是不是骗子 骗了我 骗我钱 骗走 骗钱 骗我转 骗我充 上当 盗刷 盗用 被盗 \
    盗我号 盗号 钓鱼 刷单返 冒充 冒名 假冒 假客服 理赔专员 自称 百万保障 备用金 点了链接 让我点链接 \
    让点链接 退款链接 共享屏幕 给了验证码 报了验证码 要我验证码 私下转账 转账给他 转完把我 把我拉黑 \
    电话卖 没意思了真 下载app 转了钱 钱没了 钱被转 扣款短信 信息泄露 信息泄漏 信息被泄 隐私泄 泄露 \
    泄漏 卖我信息 卖我的信息 我的信息卖 信息卖 手机号给出去 推销电话 骚扰电话 怎么会知道我 开了白条 \
    摄像头被 威胁我 骚扰我 自杀 不想活 活不下去 活着没意思 活够 想死 跳楼 跳下去 轻生 自残 割腕 \
    了结自己 结束生命 一死了之 一了百了 死了算了 遗书 死给你 不活了 喝农药 安眠药 撑不住 没意思了",
    unless: "\
    防盗刷 防诈骗 反诈 诈骗的书 诈骗宣传 宣传单 防盗 会不会泄露 会泄露吗 不会泄露 怕泄露 防泄露 \
    防泄漏 泄漏吗 想死你 丑得想死 好看死 笑死 笑不活 小说 这本书 怕被骗 不会被骗 被骗过 想死它 \
    钓鱼竿 钓鱼灯 钓鱼用 去钓鱼 钓鱼椅 对公转账 公司转账 银行转账 转账汇款 可以转账 转账支付 能转账 \
    转账付款 收不到验证码 验证码收不到 没有验证码 验证码错 输入验证码 验证码登录 自称臣",
};

/// Harm to body or house: has it happened?
const HARM: Rule = Rule {
    any: "\
    过敏 过明 过民 疹 皮炎 溃烂 烂脸 脸烂 烂了一圈 红肿 肿 起泡 水泡 大水泡 红点 红疙瘩 红一片 \
    脸全红 又红又痒 烫伤 烧伤 灼伤 炸伤 割伤 划伤 刮伤 摔伤 砸伤 受伤 伤到 割破 划破 扎破 扎到 扎我 \
    扎手 割到 割了 划到 大口子 夹到 夹断 骨折 缝了 流血 吐血 鼻血 一地血 是血 满手血 送去抢救 煤气味 \
    煤气中毒 燃气泄 孩子摔 老人摔 插排烧 插座烧 烧了个洞 烧坏了手 出血 中毒 有毒 拉肚子 拉稀 \
    拉了三天 肚子疼 肚子痛 肚子绞 上吐下泻 又吐又拉 吐了 呕吐 腹泻 便血 医院 急诊 住院 洗胃 icu 晕倒 \
    头晕 昏迷 昏倒 抽搐 休克 心慌 喘不上气 呼吸困难 触电 漏电 电到 被电 电手 电哭 电了一下 麻了 着火 \
    起火 失火 火灾 火花 打火 冒烟 冒白烟 冒黑烟 冒火 喷火 爆炸 炸了 炸开 炸裂 自爆 爆了 自燃 烧起来 \
    烧着 烧焦 烧到 烧黑 融化 焦味 误食 误吞 吞了 吞下 咽下 吃进去 窒息 噎 卡喉 玻璃渣 玻璃碴 刀片 \
    牙崩 烫到 烫了 砸到 摔下 摔地 撞到 撞头 电击 刺痛 发炎 脱皮 充血 出人命 谋杀 甲醛 咬我 被咬",
    unless: "\
    会不会 过敏吗 疹吗 炎用 过敏性 标注 酒精过敏 有人过敏 检测报告 是不是真的 刀片能 刀片厚 打火石 释放量 能用不 冒烟不 容易过敏 敏感肌 过敏体质 易过敏 防过敏 抗过敏 不过敏 过敏药 过敏的人 过敏能 \
    过敏可以 能不能用 能用吗 可以用吗 可以吃吗 能吃吗 能吃不 适合 防烫 防火 防爆 防漏电 防触电 防割 \
    防摔 防撞 防夹 防咬 烫伤膏 烫伤吗 烧伤膏 创可贴 止血 止泻 血糖 血压 血氧 血型 补血 血橙 猪血 \
    鸭血 血脂 血水 医院用 医院地址 送到医院 寄到医院 医院旁 医院对面 医院门口 医院附近 医院挂号 \
    怎么预防 不会炸 会炸吗 爆炸吗 漏电吗 漏电不 着火吗 起火吗 冒烟吗 有毒吗 没毒 无毒 烟花 灭火器 \
    多少钱 有货 推荐 炸了毛 心态炸 炸开锅 血亏 出血价 大出血 热血 血拼 吐槽 混血 包装 快递盒 外箱 \
    箱子 屏幕 甲醛检测 甲醛吗 除甲醛 煤气灶多少 燃气灶 煤气罐 天然气 燃气热水 气源 点火器 打火机 \
    危险吗 安全吗 拉肚子吗 怎么用 功率 掉价 肿么 水肿 消肿",
};

/// Signs that a harm has happened: they outweigh [`HARM`]'s exceptions.
const HAPPENED: &str = "\
    过敏了 送医 去医院 在医院 进医院 医院检查 医院看 住院 抢救 急诊 缝了 骨折 被电 电到我 炸了 爆了 \
    着火了 起火了 冒烟了 烧起来 中毒了 流血了 肿了 起泡了 疹子了 烫伤了 割伤了 划伤了 止不住 医生说 \
    出人命";

/// Whether a text holds one of the words of a list divided by spaces.
pub(super) fn holds(text: &str, words: &str) -> bool {
    words.split_ascii_whitespace().any(|word| text.contains(word))
}

impl Rule {
    fn speaks(&self, text: &str, happened: bool) -> bool {
        holds(text, self.any) && (happened || !holds(text, self.unless))
    }
}

/// Whether words alone say that a person must see this. `text` is normalised.
pub fn speaks_of_danger(text: &str) -> bool {
    let happened = holds(text, HAPPENED);
    AUTHORITY.speaks(text, false) || CRIME.speaks(text, false) || HARM.speaks(text, happened)
}

/// Whether a person must see this message: its words say so, or the model does.
pub fn must_escalate(text: &str, understood: &Understanding, calibration: &Calibration) -> bool {
    // Words in a message that the model finds wholly harmless are more often a product's name than a cry for help.
    let doubt = calibration.escalation_threshold * 0.4;
    understood.escalation >= calibration.escalation_threshold
        || (speaks_of_danger(text) && understood.escalation >= doubt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harm_and_threat_are_told_from_their_like() {
        for text in
            ["孩子用了过敏了在医院", "再不退我打12315", "充电宝冒烟了", "我的信息泄露了", "不想活了", "法院见吧"]
        {
            assert!(speaks_of_danger(text), "{text}");
        }
        for text in
            ["敏感肌会过敏吗", "烟雾报警器多少钱", "有烫伤膏吗", "送到医院门口可以吗", "血压计怎么用", "什么时候发货"]
        {
            assert!(!speaks_of_danger(text), "{text}");
        }
    }
}
