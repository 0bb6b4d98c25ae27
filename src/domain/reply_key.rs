//! The keys of every wording in `prompts/`. Leaves to others: the words (`prompts/`) and their choice (`nlg`).

crate::closed_set! {
    /// Names one thing the bot can say, or one label of a button.
    ReplyKey {
        /// Conversation: `greeting.hello`.
        GreetingHello = "greeting.hello",
        /// Conversation: `greeting.again`.
        GreetingAgain = "greeting.again",
        /// Conversation: `goodbye.bye`.
        GoodbyeBye = "goodbye.bye",
        /// Conversation: `thanks.welcome`.
        ThanksWelcome = "thanks.welcome",
        /// Conversation: `chitchat.bot`.
        ChitchatBot = "chitchat.bot",
        /// Conversation: `chitchat.smalltalk`.
        ChitchatSmalltalk = "chitchat.smalltalk",
        /// Conversation: `help.menu`.
        HelpMenu = "help.menu",
        /// Conversation: `abuse.calm`.
        AbuseCalm = "abuse.calm",
        /// Conversation: `out_of_scope.decline`.
        OutOfScopeDecline = "out_of_scope.decline",
        /// Conversation: `acknowledge.ok`.
        AcknowledgeOk = "acknowledge.ok",
        /// Conversation: `acknowledge.anything_else`.
        AcknowledgeAnythingElse = "acknowledge.anything_else",
        /// Conversation: `acknowledge.mood_first`.
        AcknowledgeMoodFirst = "acknowledge.mood_first",
        /// Conversation: `acknowledge.positive`.
        AcknowledgePositive = "acknowledge.positive",
        /// Conversation: `reassure.here`.
        ReassureHere = "reassure.here",
        /// Conversation: `clarify.guess`.
        ClarifyGuess = "clarify.guess",
        /// Conversation: `clarify.rephrase`.
        ClarifyRephrase = "clarify.rephrase",
        /// Conversation: `repeat.nothing`.
        RepeatNothing = "repeat.nothing",
        /// Conversation: `drop.done`.
        DropDone = "drop.done",
        /// Conversation: `drop.nothing`.
        DropNothing = "drop.nothing",
        /// Conversation: `button.stale`.
        ButtonStale = "button.stale",
        /// Conversation: `unreadable.words`.
        UnreadableWords = "unreadable.words",
        /// Conversation: `photo.received`.
        PhotoReceived = "photo.received",
        /// Conversation: `resume.back`.
        ResumeBack = "resume.back",
        /// Conversation: `group.private`.
        GroupPrivate = "group.private",
        /// Conversation: `error.unavailable`.
        ErrorUnavailable = "error.unavailable",
        /// Conversation: `error.too_long`.
        ErrorTooLong = "error.too_long",
        /// Identity: `identity.ask_contact`.
        IdentityAskContact = "identity.ask_contact",
        /// Identity: `identity.ask_phone_tail`.
        IdentityAskPhoneTail = "identity.ask_phone_tail",
        /// Identity: `identity.verified`.
        IdentityVerified = "identity.verified",
        /// Identity: `identity.failed`.
        IdentityFailed = "identity.failed",
        /// Identity: `identity.locked`.
        IdentityLocked = "identity.locked",
        /// Identity: `identity.contact_foreign`.
        IdentityContactForeign = "identity.contact_foreign",
        /// Orders: `order.choose`.
        OrderChoose = "order.choose",
        /// Orders: `order.none`.
        OrderNone = "order.none",
        /// Orders: `order.none_fitting`.
        OrderNoneFitting = "order.none_fitting",
        /// Orders: `order.not_found`.
        OrderNotFound = "order.not_found",
        /// Orders: `order.list`.
        OrderList = "order.list",
        /// Orders: `order.detail`.
        OrderDetail = "order.detail",
        /// Orders: `parcel.none_yet`.
        ParcelNoneYet = "parcel.none_yet",
        /// Orders: `parcel.track`.
        ParcelTrack = "parcel.track",
        /// Orders: `parcel.stuck`.
        ParcelStuck = "parcel.stuck",
        /// Orders: `parcel.delivered`.
        ParcelDelivered = "parcel.delivered",
        /// Changes: `change.refused`.
        ChangeRefused = "change.refused",
        /// Changes: `change.stale`.
        ChangeStale = "change.stale",
        /// Service: `faq.answer`.
        FaqAnswer = "faq.answer",
        /// Service: `faq.none`.
        FaqNone = "faq.none",
        /// Service: `rating.ask`.
        RatingAsk = "rating.ask",
        /// Service: `rating.thanks`.
        RatingThanks = "rating.thanks",
        /// Service: `handover.asked`.
        HandoverAsked = "handover.asked",
        /// Service: `handover.safety`.
        HandoverSafety = "handover.safety",
        /// Service: `handover.escalation`.
        HandoverEscalation = "handover.escalation",
        /// Service: `handover.anger`.
        HandoverAnger = "handover.anger",
        /// Service: `handover.failures`.
        HandoverFailures = "handover.failures",
        /// Service: `handover.authority`.
        HandoverAuthority = "handover.authority",
        /// Service: `handover.outside_hours`.
        HandoverOutsideHours = "handover.outside_hours",
        /// Labels: `label.order`.
        LabelOrder = "label.order",
        /// Labels: `label.intent`.
        LabelIntent = "label.intent",
        /// Labels: `label.yes`.
        LabelYes = "label.yes",
        /// Labels: `label.no`.
        LabelNo = "label.no",
        /// Labels: `label.human`.
        LabelHuman = "label.human",
        /// Labels: `label.orders`.
        LabelOrders = "label.orders",
        /// Labels: `label.recommend`.
        LabelRecommend = "label.recommend",
        /// Labels: `label.track`.
        LabelTrack = "label.track",
        /// Labels: `label.return`.
        LabelReturn = "label.return",
        /// Labels: `label.cancel`.
        LabelCancel = "label.cancel",
        /// Labels: `label.stars`.
        LabelStars = "label.stars",
        /// Labels: `label.urge_shipping`.
        LabelUrgeShipping = "label.urge_shipping",
        /// Labels: `label.urge_delivery`.
        LabelUrgeDelivery = "label.urge_delivery",
        /// Labels: `label.other_order`.
        LabelOtherOrder = "label.other_order",
        /// Labels: `label.invoice`.
        LabelInvoice = "label.invoice",
        /// Changes: `cancel.confirm`.
        CancelConfirm = "cancel.confirm",
        /// Changes: `cancel.done`.
        CancelDone = "cancel.done",
        /// Changes: `cancel.refused`.
        CancelRefused = "cancel.refused",
        /// Changes: `urge_shipping.done`.
        UrgeShippingDone = "urge_shipping.done",
        /// Changes: `urge_shipping.other_state`.
        UrgeShippingOtherState = "urge_shipping.other_state",
        /// Changes: `urge_delivery.done`.
        UrgeDeliveryDone = "urge_delivery.done",
        /// Changes: `urge_delivery.other_state`.
        UrgeDeliveryOtherState = "urge_delivery.other_state",
        /// After sale: `after_sale.choose_line`.
        AfterSaleChooseLine = "after_sale.choose_line",
        /// After sale: `after_sale.ask_reason`.
        AfterSaleAskReason = "after_sale.ask_reason",
        /// After sale: `return.confirm`.
        ReturnConfirm = "return.confirm",
        /// After sale: `return.done`.
        ReturnDone = "return.done",
        /// After sale: `return.refused_window`.
        ReturnRefusedWindow = "return.refused_window",
        /// After sale: `return.refused_state`.
        ReturnRefusedState = "return.refused_state",
        /// Products: `product.ask`.
        ProductAsk = "product.ask",
        /// Products: `product.none`.
        ProductNone = "product.none",
        /// Products: `product.choose`.
        ProductChoose = "product.choose",
        /// Products: `stock.in`.
        StockIn = "stock.in",
        /// Products: `stock.out`.
        StockOut = "stock.out",
        /// Products: `stock.variants`.
        StockVariants = "stock.variants",
        /// Products: `stock.no_such_variant`.
        StockNoSuchVariant = "stock.no_such_variant",
        /// Products: `stock.choose_variant`.
        StockChooseVariant = "stock.choose_variant",
        /// Products: `price.product`.
        PriceProduct = "price.product",
        /// Products: `describe.product`.
        DescribeProduct = "describe.product",
        /// Products: `describe.attributes`.
        DescribeAttributes = "describe.attributes",
        /// Products: `restock.in_stock`.
        RestockInStock = "restock.in_stock",
        /// Products: `restock.back`.
        RestockBack = "restock.back",
        /// Products: `restock.done`.
        RestockDone = "restock.done",
        /// Products: `recommend.list`.
        RecommendList = "recommend.list",
        /// Products: `recommend.none`.
        RecommendNone = "recommend.none",
        /// Products: `recommend.nothing_more`.
        RecommendNothingMore = "recommend.nothing_more",
        /// Products: `recommend.unasked`.
        RecommendUnasked = "recommend.unasked",
        /// Products: `recommend.not_now`.
        RecommendNotNow = "recommend.not_now",
        /// Products: `feedback.liked`.
        FeedbackLiked = "feedback.liked",
        /// Products: `feedback.disliked`.
        FeedbackDisliked = "feedback.disliked",
        /// Service: `case.done`.
        CaseDone = "case.done",
        /// Labels: `label.line`.
        LabelLine = "label.line",
        /// Labels: `label.reason`.
        LabelReason = "label.reason",
        /// Labels: `label.product`.
        LabelProduct = "label.product",
        /// Labels: `label.variant`.
        LabelVariant = "label.variant",
        /// Labels: `label.stock`.
        LabelStock = "label.stock",
        /// Labels: `label.restock`.
        LabelRestock = "label.restock",
        /// Labels: `label.more`.
        LabelMore = "label.more",
        /// Labels: `label.liked`.
        LabelLiked = "label.liked",
        /// Labels: `label.disliked`.
        LabelDisliked = "label.disliked",
        /// Service: `complaint.ask`.
        ComplaintAsk = "complaint.ask",
        /// Service: `privacy.export`.
        PrivacyExport = "privacy.export",
        /// Labels: `label.export`.
        LabelExport = "label.export",
        /// Service: `privacy.summary`.
        PrivacySummary = "privacy.summary",
        /// Service: `privacy.erase_confirm`.
        PrivacyEraseConfirm = "privacy.erase_confirm",
        /// Service: `privacy.erase_done`.
        PrivacyEraseDone = "privacy.erase_done",
        /// Labels: `label.erase`.
        LabelErase = "label.erase",
        /// Orders: `change_address.ask`.
        ChangeAddressAsk = "change_address.ask",
        /// Orders: `change_address.ask_city`.
        ChangeAddressAskCity = "change_address.ask_city",
        /// Orders: `change_address.ask_district`.
        ChangeAddressAskDistrict = "change_address.ask_district",
        /// Orders: `change_address.ask_street`.
        ChangeAddressAskStreet = "change_address.ask_street",
        /// Orders: `change_address.confirm`.
        ChangeAddressConfirm = "change_address.confirm",
        /// Orders: `change_address.done`.
        ChangeAddressDone = "change_address.done",
        /// Orders: `change_address.same`.
        ChangeAddressSame = "change_address.same",
        /// Orders: `change_address.unreachable`.
        ChangeAddressUnreachable = "change_address.unreachable",
        /// Orders: `change_address.refused`.
        ChangeAddressRefused = "change_address.refused",
        /// Orders: `change_order.ask`.
        ChangeOrderAsk = "change_order.ask",
        /// Orders: `change_order.refused`.
        ChangeOrderRefused = "change_order.refused",
        /// Orders: `change_order.no_adding`.
        ChangeOrderNoAdding = "change_order.no_adding",
        /// Orders: `change_variant.confirm`.
        ChangeVariantConfirm = "change_variant.confirm",
        /// Orders: `change_variant.done`.
        ChangeVariantDone = "change_variant.done",
        /// Orders: `change_quantity.ask`.
        ChangeQuantityAsk = "change_quantity.ask",
        /// Orders: `change_quantity.confirm`.
        ChangeQuantityConfirm = "change_quantity.confirm",
        /// Orders: `change_quantity.done`.
        ChangeQuantityDone = "change_quantity.done",
        /// Orders: `change_quantity.same`.
        ChangeQuantitySame = "change_quantity.same",
        /// Orders: `change_quantity.paid`.
        ChangeQuantityPaid = "change_quantity.paid",
        /// Orders: `change_quantity.discounted`.
        ChangeQuantityDiscounted = "change_quantity.discounted",
        /// Orders: `remark.ask`.
        RemarkAsk = "remark.ask",
        /// Orders: `remark.too_long`.
        RemarkTooLong = "remark.too_long",
        /// Orders: `remark.confirm`.
        RemarkConfirm = "remark.confirm",
        /// Orders: `remark.done`.
        RemarkDone = "remark.done",
        /// Orders: `receipt.confirm`.
        ReceiptConfirm = "receipt.confirm",
        /// Orders: `receipt.done`.
        ReceiptDone = "receipt.done",
        /// Orders: `receipt.refused`.
        ReceiptRefused = "receipt.refused",
        /// Orders: `restore.explain`.
        RestoreExplain = "restore.explain",
        /// Orders: `restore.not_cancelled`.
        RestoreNotCancelled = "restore.not_cancelled",
        /// Orders: `not_received.ask`.
        NotReceivedAsk = "not_received.ask",
        /// Orders: `not_received.found`.
        NotReceivedFound = "not_received.found",
        /// Orders: `not_received.done`.
        NotReceivedDone = "not_received.done",
        /// Orders: `not_received.other_state`.
        NotReceivedOtherState = "not_received.other_state",
        /// After sale: `after_sale.ask_quantity`.
        AfterSaleAskQuantity = "after_sale.ask_quantity",
        /// After sale: `after_sale.too_many`.
        AfterSaleTooMany = "after_sale.too_many",
        /// After sale: `after_sale.ask_photo`.
        AfterSaleAskPhoto = "after_sale.ask_photo",
        /// After sale: `after_sale.already_there`.
        AfterSaleAlreadyThere = "after_sale.already_there",
        /// After sale: `return.ask_opened`.
        ReturnAskOpened = "return.ask_opened",
        /// After sale: `return.refused_exception`.
        ReturnRefusedException = "return.refused_exception",
        /// After sale: `return.unopened_case`.
        ReturnUnopenedCase = "return.unopened_case",
        /// After sale: `variant.choose`.
        VariantChoose = "variant.choose",
        /// After sale: `variant.unavailable`.
        VariantUnavailable = "variant.unavailable",
        /// After sale: `variant.none_other`.
        VariantNoneOther = "variant.none_other",
        /// After sale: `exchange.confirm`.
        ExchangeConfirm = "exchange.confirm",
        /// After sale: `exchange.done`.
        ExchangeDone = "exchange.done",
        /// After sale: `exchange.refused_state`.
        ExchangeRefusedState = "exchange.refused_state",
        /// After sale: `exchange.refused_window`.
        ExchangeRefusedWindow = "exchange.refused_window",
        /// After sale: `refund.confirm`.
        RefundConfirm = "refund.confirm",
        /// After sale: `refund.done`.
        RefundDone = "refund.done",
        /// After sale: `refund.case`.
        RefundCase = "refund.case",
        /// After sale: `refund.refused_moving`.
        RefundRefusedMoving = "refund.refused_moving",
        /// After sale: `refund.refused_no_fault`.
        RefundRefusedNoFault = "refund.refused_no_fault",
        /// After sale: `refund.refused_window`.
        RefundRefusedWindow = "refund.refused_window",
        /// After sale: `refund_status.request`.
        RefundStatusRequest = "refund_status.request",
        /// After sale: `refund_status.paid`.
        RefundStatusPaid = "refund_status.paid",
        /// After sale: `refund_status.none`.
        RefundStatusNone = "refund_status.none",
        /// After sale: `fault.ask_resolution`.
        FaultAskResolution = "fault.ask_resolution",
        /// After sale: `fault.not_delivered`.
        FaultNotDelivered = "fault.not_delivered",
        /// After sale: `missing.ask_what`.
        MissingAskWhat = "missing.ask_what",
        /// After sale: `missing.done`.
        MissingDone = "missing.done",
        /// After sale: `missing.refused_window`.
        MissingRefusedWindow = "missing.refused_window",
        /// After sale: `return_shipping.address`.
        ReturnShippingAddress = "return_shipping.address",
        /// After sale: `return_shipping.postage`.
        ReturnShippingPostage = "return_shipping.postage",
        /// After sale: `repair.ask_fault`.
        RepairAskFault = "repair.ask_fault",
        /// After sale: `repair.confirm`.
        RepairConfirm = "repair.confirm",
        /// After sale: `repair.done`.
        RepairDone = "repair.done",
        /// After sale: `repair.refused`.
        RepairRefused = "repair.refused",
        /// After sale: `installation.ask_day`.
        InstallationAskDay = "installation.ask_day",
        /// After sale: `installation.other_day`.
        InstallationOtherDay = "installation.other_day",
        /// After sale: `installation.ask_half`.
        InstallationAskHalf = "installation.ask_half",
        /// After sale: `installation.confirm`.
        InstallationConfirm = "installation.confirm",
        /// After sale: `installation.done`.
        InstallationDone = "installation.done",
        /// After sale: `installation.not_needed`.
        InstallationNotNeeded = "installation.not_needed",
        /// After sale: `installation.refused_state`.
        InstallationRefusedState = "installation.refused_state",
        /// After sale: `withdraw.confirm`.
        WithdrawConfirm = "withdraw.confirm",
        /// After sale: `withdraw.done`.
        WithdrawDone = "withdraw.done",
        /// After sale: `withdraw.choose`.
        WithdrawChoose = "withdraw.choose",
        /// After sale: `withdraw.none`.
        WithdrawNone = "withdraw.none",
        /// After sale: `withdraw.too_late`.
        WithdrawTooLate = "withdraw.too_late",
        /// After sale: `invoice.ask_title`.
        InvoiceAskTitle = "invoice.ask_title",
        /// After sale: `invoice.ask_company`.
        InvoiceAskCompany = "invoice.ask_company",
        /// After sale: `invoice.ask_tax_number`.
        InvoiceAskTaxNumber = "invoice.ask_tax_number",
        /// After sale: `invoice.tax_number_wrong`.
        InvoiceTaxNumberWrong = "invoice.tax_number_wrong",
        /// After sale: `invoice.confirm`.
        InvoiceConfirm = "invoice.confirm",
        /// After sale: `invoice.done`.
        InvoiceDone = "invoice.done",
        /// After sale: `invoice.status`.
        InvoiceStatus = "invoice.status",
        /// After sale: `invoice.resend_case`.
        InvoiceResendCase = "invoice.resend_case",
        /// After sale: `invoice.refused_state`.
        InvoiceRefusedState = "invoice.refused_state",
        /// After sale: `invoice.refused_window`.
        InvoiceRefusedWindow = "invoice.refused_window",
        /// After sale: `invoice.refused_change`.
        InvoiceRefusedChange = "invoice.refused_change",
        /// After sale: `price_protection.confirm`.
        PriceProtectionConfirm = "price_protection.confirm",
        /// After sale: `price_protection.done`.
        PriceProtectionDone = "price_protection.done",
        /// After sale: `price_protection.no_drop`.
        PriceProtectionNoDrop = "price_protection.no_drop",
        /// After sale: `price_protection.already`.
        PriceProtectionAlready = "price_protection.already",
        /// After sale: `price_protection.refused_window`.
        PriceProtectionRefusedWindow = "price_protection.refused_window",
        /// After sale: `price_protection.refused_state`.
        PriceProtectionRefusedState = "price_protection.refused_state",
        /// After sale: `compensation.ask_amount`.
        CompensationAskAmount = "compensation.ask_amount",
        /// After sale: `compensation.confirm`.
        CompensationConfirm = "compensation.confirm",
        /// After sale: `compensation.done`.
        CompensationDone = "compensation.done",
        /// After sale: `compensation.already`.
        CompensationAlready = "compensation.already",
        /// After sale: `compensation.refused`.
        CompensationRefused = "compensation.refused",
        /// After sale: `compensation.refused_state`.
        CompensationRefusedState = "compensation.refused_state",
        /// After sale: `cash_back.confirm`.
        CashBackConfirm = "cash_back.confirm",
        /// After sale: `cash_back.done`.
        CashBackDone = "cash_back.done",
        /// After sale: `cash_back.refused_state`.
        CashBackRefusedState = "cash_back.refused_state",
        /// After sale: `cash_back.refused_window`.
        CashBackRefusedWindow = "cash_back.refused_window",
        /// After sale: `coupon.list`.
        CouponList = "coupon.list",
        /// After sale: `coupon.none`.
        CouponNone = "coupon.none",
        /// After sale: `gift_card.list`.
        GiftCardList = "gift_card.list",
        /// After sale: `gift_card.none`.
        GiftCardNone = "gift_card.none",
        /// Labels: `label.choice`.
        LabelChoice = "label.choice",
        /// Labels: `label.whole`.
        LabelWhole = "label.whole",
        /// Labels: `label.quantity`.
        LabelQuantity = "label.quantity",
        /// Labels: `label.address`.
        LabelAddress = "label.address",
        /// Labels: `label.day`.
        LabelDay = "label.day",
        /// Labels: `label.request`.
        LabelRequest = "label.request",
        /// Orders: `cancel.confirm_all`.
        CancelConfirmAll = "cancel.confirm_all",
        /// Orders: `urge_shipping.all`.
        UrgeShippingAll = "urge_shipping.all",
        /// Orders: `urge_delivery.all`.
        UrgeDeliveryAll = "urge_delivery.all",
        /// Labels: `label.all_orders`.
        LabelAllOrders = "label.all_orders",
        /// Service: `faq.choose`.
        FaqChoose = "faq.choose",
        /// Products: `price.with_offers`.
        PriceWithOffers = "price.with_offers",
        /// Products: `describe.unknown`.
        DescribeUnknown = "describe.unknown",
        /// Products: `restock.stopped`.
        RestockStopped = "restock.stopped",
        /// Products: `restock.none`.
        RestockNone = "restock.none",
        /// Products: `restock.choose_stop`.
        RestockChooseStop = "restock.choose_stop",
        /// Products: `compare.table`.
        CompareTable = "compare.table",
        /// Products: `compare.ask`.
        CompareAsk = "compare.ask",
        /// Products: `compare.ask_other`.
        CompareAskOther = "compare.ask_other",
        /// Products: `compare.same`.
        CompareSame = "compare.same",
        /// Products: `size.ask`.
        SizeAsk = "size.ask",
        /// Products: `size.advice`.
        SizeAdvice = "size.advice",
        /// Products: `size.between`.
        SizeBetween = "size.between",
        /// Products: `size.out_of_range`.
        SizeOutOfRange = "size.out_of_range",
        /// Products: `size.no_table`.
        SizeNoTable = "size.no_table",
        /// Products: `shipping.fee_basket`.
        ShippingFeeBasket = "shipping.fee_basket",
        /// Products: `shipping.fee_region`.
        ShippingFeeRegion = "shipping.fee_region",
        /// Products: `shipping.unreachable`.
        ShippingUnreachable = "shipping.unreachable",
        /// Products: `shipping.ask_region`.
        ShippingAskRegion = "shipping.ask_region",
        /// Products: `delivery.general`.
        DeliveryGeneral = "delivery.general",
        /// Products: `delivery.region`.
        DeliveryRegion = "delivery.region",
        /// Products: `delivery.out_of_stock`.
        DeliveryOutOfStock = "delivery.out_of_stock",
        /// Products: `delivery.order_paid`.
        DeliveryOrderPaid = "delivery.order_paid",
        /// Products: `delivery.order_shipped`.
        DeliveryOrderShipped = "delivery.order_shipped",
        /// Products: `delivery.order_other`.
        DeliveryOrderOther = "delivery.order_other",
        /// Products: `delivery.order_unpaid`.
        DeliveryOrderUnpaid = "delivery.order_unpaid",
        /// Products: `promotion.list`.
        PromotionList = "promotion.list",
        /// Products: `promotion.none`.
        PromotionNone = "promotion.none",
        /// Products: `promotion.product`.
        PromotionProduct = "promotion.product",
        /// Products: `promotion.product_none`.
        PromotionProductNone = "promotion.product_none",
        /// Products: `coupon.fitting`.
        CouponFitting = "coupon.fitting",
        /// Products: `coupon.none_fitting`.
        CouponNoneFitting = "coupon.none_fitting",
        /// Products: `gift.rules`.
        GiftRules = "gift.rules",
        /// Products: `bargain.offers`.
        BargainOffers = "bargain.offers",
        /// Products: `bargain.last`.
        BargainLast = "bargain.last",
        /// Products: `bargain.lowest_already`.
        BargainLowestAlready = "bargain.lowest_already",
        /// Products: `bargain.accepted`.
        BargainAccepted = "bargain.accepted",
        /// Products: `bargain.too_low`.
        BargainTooLow = "bargain.too_low",
        /// Products: `order.choose_variant`.
        OrderChooseVariant = "order.choose_variant",
        /// Products: `order.sold_out`.
        OrderSoldOut = "order.sold_out",
        /// Products: `order.too_many`.
        OrderTooMany = "order.too_many",
        /// Products: `order.ask_address`.
        OrderAskAddress = "order.ask_address",
        /// Products: `order.place_confirm`.
        OrderPlaceConfirm = "order.place_confirm",
        /// Products: `order.placed`.
        OrderPlaced = "order.placed",
        /// Products: `order.no_address_reach`.
        OrderNoAddressReach = "order.no_address_reach",
        /// Labels: `label.knowledge`.
        LabelKnowledge = "label.knowledge",
        /// Orders: `request.filed`.
        RequestFiled = "request.filed",
        /// Labels: `label.place_order`.
        LabelPlaceOrder = "label.place_order",
    }
}
