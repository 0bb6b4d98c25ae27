//! Which attributes of goods a question asks for: shoppers say 料子, the listing says 材质. Leaves to others: which of
//! them a product has (`actions`).

/// Ways to ask for the same; an attribute belongs to a group where its name holds one of the group's words.
const GROUPS: &[&[&str]] = &[
    &["材质", "面料", "成分", "料子", "布料", "材料", "什么做", "鞋面", "内胆材质", "纯棉", "真丝"],
    &["尺寸", "多大", "大小", "长宽", "多长", "多宽", "被套尺寸", "裙长", "裤长", "长度"],
    &["续航", "电池", "待机", "能用多久", "用多久", "几个小时", "多少小时", "充满电", "充一次", "耐用", "毫安"],
    &["防水", "防泼水", "怕水", "进水", "下雨", "洗澡", "游泳", "沾水", "淋雨"],
    &["充电功率", "快充", "充电", "输出功率", "多少瓦", "功率", "几瓦"],
    &["容量", "多少升", "几升", "净含量", "多少毫升", "多少克", "规格", "多少ml", "装多少"],
    &["重量", "多重", "重不重", "几斤", "轻不轻"],
    &["屏幕", "屏", "刷新率", "几寸", "多少寸", "英寸"],
    &["处理器", "芯片", "cpu", "性能"],
    &["后置主摄", "摄像头", "像素", "拍照", "相机"],
    &["连接方式", "蓝牙", "有线", "无线", "怎么连"],
    &["佩戴方式", "怎么戴", "入耳", "头戴"],
    &["接口", "插口", "type-c", "typec", "usb"],
    &["能否带上飞机", "飞机", "登机", "安检", "高铁"],
    &["适用性别", "男女", "男款", "女款", "男生", "女生", "男士", "女士"],
    &["适用年龄", "适读年龄", "适用阶段", "几岁", "多大孩子", "多大的孩子", "幼猫", "成猫"],
    &["适用季节", "季节", "夏天", "冬天", "春秋", "厚度", "厚不厚", "薄不薄", "多厚"],
    &["适合肤质", "肤质", "敏感肌", "油皮", "干皮", "混油"],
    &["适合发质", "发质", "油头", "干发"],
    &["保质期", "多久过期", "放多久", "能放多久"],
    &["产地", "哪里产", "哪产", "哪里的"],
    &["口味", "味道", "什么味", "香型", "风味", "香味", "甜不甜"],
    &["弹力", "弹性", "有弹"],
    &["版型", "修身", "宽松", "显瘦"],
    &["噪音", "声音大", "吵不吵", "分贝"],
    &["吸力", "吸得"],
    &["色温", "几种光", "暖光", "白光"],
    &["保温时长", "保温", "保多久"],
    &["填充物", "充绒量", "蓬松度", "含绒", "鹅绒", "鸭绒", "暖不暖", "保暖"],
    &["防晒指数", "spf", "多少倍"],
    &["适用人数", "几个人", "几口人"],
    &["防滑", "滑不滑"],
    &["健康监测", "心率", "血氧", "睡眠"],
    &["兼容系统", "苹果手机", "安卓", "鸿蒙", "ios"],
    &["是否含硅油", "硅油"],
    &["是否无谷", "无谷"],
    &["电脑仓", "放电脑", "装电脑", "笔记本"],
];
/// Words that ask for the product as a whole.
const EVERYTHING: &[&str] = &[
    "介绍",
    "怎么样",
    "咋样",
    "详情",
    "详细",
    "参数",
    "配置",
    "看看",
    "看一下",
    "说说",
    "了解",
    "是什么",
    "有什么特点",
    "好不好",
    "好用吗",
    "值得",
    "卖点",
    "优点",
    "信息",
];

/// The names under which a listing may have what a text asks for; empty where it asks for none.
pub(super) fn attributes_in(text: &str) -> Vec<&'static str> {
    let text = text.to_lowercase();
    let groups = GROUPS.iter().filter(|group| group.iter().any(|word| text.contains(word)));
    groups.flat_map(|group| group.iter().copied()).filter(|word| word.chars().count() > 1).collect()
}

/// Whether a text asks for the goods as a whole.
pub(super) fn asks_everything(text: &str) -> bool {
    EVERYTHING.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_heard_by_what_shoppers_call_them() {
        for (text, expected) in [
            ("能用多久", Some("续航")),
            ("充满电能听几个小时", Some("续航")),
            ("下雨能戴吗", Some("防水")),
            ("什么料子的", Some("材质")),
            ("男生能穿吗", Some("适用性别")),
            ("能连两台手机吗", None),
            ("会掉色吗", None),
        ] {
            let heard = attributes_in(text);
            match expected {
                Some(name) => assert!(heard.contains(&name), "{text}: {heard:?}"),
                None => assert_eq!(heard, Vec::<&str>::new(), "{text}"),
            }
        }
        assert!(asks_everything("介绍一下这款") && !asks_everything("能水洗吗"));
    }
}
