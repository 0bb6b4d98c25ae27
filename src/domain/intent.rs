//! What a shopper wants from a message: the closed set of 58 intents. Leaves to others: recognising them (`nlu`).

crate::closed_set! {
    /// One intent; a message may carry several, the main one first.
    Intent {
        /// 商品咨询
        ProductQuestion = "product_question",
        /// 尺码推荐
        SizeAdvice = "size_advice",
        /// 商品对比
        ProductCompare = "product_compare",
        /// 正品保障
        Authenticity = "authenticity",
        /// 库存查询
        StockQuery = "stock_query",
        /// 到货提醒
        RestockQuery = "restock_query",
        /// 商品推荐
        Recommend = "recommend",
        /// 价格咨询
        PriceQuery = "price_query",
        /// 议价
        Bargain = "bargain",
        /// 活动咨询
        Promotion = "promotion",
        /// 优惠券
        Coupon = "coupon",
        /// 赠品
        Gift = "gift",
        /// 价保
        PriceProtection = "price_protection",
        /// 支付
        Payment = "payment",
        /// 运费
        ShippingFee = "shipping_fee",
        /// 配送方式
        DeliveryOptions = "delivery_options",
        /// 发货时效
        DeliveryTime = "delivery_time",
        /// 下单帮助
        PlaceOrder = "place_order",
        /// 订单状态
        OrderStatus = "order_status",
        /// 物流查询
        Logistics = "logistics",
        /// 催发货
        UrgeShipping = "urge_shipping",
        /// 催配送
        UrgeDelivery = "urge_delivery",
        /// 未收到货
        NotReceived = "not_received",
        /// 改地址
        ChangeAddress = "change_address",
        /// 改订单
        ChangeOrder = "change_order",
        /// 取消订单
        CancelOrder = "cancel_order",
        /// 退货
        ReturnGoods = "return_goods",
        /// 换货
        ExchangeGoods = "exchange_goods",
        /// 申请退款
        RefundRequest = "refund_request",
        /// 退款进度
        RefundStatus = "refund_status",
        /// 退换寄回
        ReturnShipping = "return_shipping",
        /// 少件错发
        MissingWrongItem = "missing_wrong_item",
        /// 质量问题
        QualityIssue = "quality_issue",
        /// 保修维修
        WarrantyRepair = "warranty_repair",
        /// 安装
        Installation = "installation",
        /// 使用帮助
        UsageHelp = "usage_help",
        /// 发票
        Invoice = "invoice",
        /// 补偿
        Compensation = "compensation",
        /// 评价返现
        ReviewCashback = "review_cashback",
        /// 投诉
        Complaint = "complaint",
        /// 升级威胁
        EscalationThreat = "escalation_threat",
        /// 安全事故
        SafetyIncident = "safety_incident",
        /// 转人工
        HumanAgent = "human_agent",
        /// 联系方式
        ContactInfo = "contact_info",
        /// 账号会员
        Account = "account",
        /// 隐私数据
        PrivacyRequest = "privacy_request",
        /// 商家业务
        MerchantService = "merchant_service",
        /// 问候
        Greeting = "greeting",
        /// 感谢
        Thanks = "thanks",
        /// 告别
        Goodbye = "goodbye",
        /// 确认
        Affirm = "affirm",
        /// 否定
        Deny = "deny",
        /// 提供信息
        ProvideInfo = "provide_info",
        /// 催回复
        UrgeReply = "urge_reply",
        /// 辱骂
        Abuse = "abuse",
        /// 闲聊
        Chitchat = "chitchat",
        /// 无法判断
        Unclear = "unclear",
        /// 超出范围
        OutOfScope = "out_of_scope",
    }
}

impl Intent {
    /// Whether the wish is about the conversation and not about the shop: it yields to business in the same message and
    /// does not disturb a question that is open.
    pub fn is_small_talk(self) -> bool {
        matches!(
            self,
            Intent::Greeting
                | Intent::Goodbye
                | Intent::Thanks
                | Intent::Chitchat
                | Intent::Affirm
                | Intent::Deny
                | Intent::ProvideInfo
                | Intent::UrgeReply
                | Intent::Unclear
        )
    }
}
