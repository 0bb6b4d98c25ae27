//! What about it: the side of a wish that its intent leaves open ("改备注" and "改颜色" are both a change of an order).
//! Leaves to others: hearing it (`nlu`), which ability it leads to (`dialogue`).

crate::closed_set! {
    /// A side of a wish.
    Aspect {
        /// Colour, size or model.
        Variant = "variant",
        /// How many.
        Quantity = "quantity",
        /// A note for the warehouse or courier.
        Remark = "remark",
        /// The goods have arrived: "确认收货".
        Receipt = "receipt",
        /// Undo a cancellation: "恢复订单".
        Restore = "restore",
        /// Take back a request: "撤销退货".
        Withdraw = "withdraw",
        /// Another title on an invoice: "抬头改成公司".
        Retitle = "retitle",
        /// Send it again: "发票重新发一下".
        Resend = "resend",
        /// How far it is: "到哪一步了".
        Progress = "progress",
        /// Gift cards and what is left on them.
        GiftCard = "gift_card",
        /// What the shopper has: "我的券".
        Mine = "mine",
        /// The rule in general: "价保几天".
        Rules = "rules",
        /// Where goods go back to.
        ReturnAddress = "return_address",
        /// Who pays the way.
        Postage = "postage",
        /// The next size up: "换大一码".
        Larger = "larger",
        /// The next size down.
        Smaller = "smaller",
        /// Before noon.
        Morning = "morning",
        /// After noon.
        Afternoon = "afternoon",
        /// The package was opened.
        Opened = "opened",
        /// The package is as it came.
        Unopened = "unopened",
        /// What was sought is found.
        Found = "found",
        /// What was sought is nowhere.
        NotFound = "not_found",
        /// There is no photo.
        NoPhoto = "no_photo",
        /// Every order that fits: "都催一下".
        Every = "every",
        /// Something else came than was ordered.
        Wrong = "wrong",
        /// What the bot can do: "你会什么".
        Help = "help",
        /// Something is broken or badly made.
        Faulty = "faulty",
        /// Whether it can be had: "有货吗", "断码了吗".
        InStock = "in_stock",
        /// Whether there is any, of whatever: "有吗", "还有没有".
        AnyLeft = "any_left",
        /// Not to be told any more: "不用提醒了".
        StopNotice = "stop_notice",
        /// About something bought already: "我昨天拍的".
        Bought = "bought",
        /// An order is asked for in so many words: "帮我下单".
        Ordering = "ordering",
        /// Paid by WeChat.
        PayWechat = "pay_wechat",
        /// Paid by Alipay.
        PayAlipay = "pay_alipay",
        /// Paid by bank card.
        PayCard = "pay_card",
        /// Without a coupon.
        NoCoupon = "no_coupon",
    }
}
