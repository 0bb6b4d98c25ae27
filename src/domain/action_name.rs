//! The names of the actions, for policies, transcripts and tests. Leaves to others: running them (`actions`).

crate::closed_set! {
    /// One ability of the bot.
    ActionName {
        /// Greets and says what it can do.
        Greet = "greet",
        /// Takes leave.
        SayGoodbye = "say_goodbye",
        /// Answers thanks.
        AcceptThanks = "accept_thanks",
        /// Small talk.
        Chat = "chat",
        /// Lists what it can do.
        ShowHelp = "show_help",
        /// Answers an insult calmly.
        AnswerAbuse = "answer_abuse",
        /// Says that this is no business of a shop.
        DeclineOutOfScope = "decline_out_of_scope",
        /// Acknowledges a plain yes, no or piece of information.
        Acknowledge = "acknowledge",
        /// Says that it is still here.
        Reassure = "reassure",
        /// Asks what was meant, with the best guesses.
        Clarify = "clarify",
        /// Says the last thing again.
        Repeat = "repeat",
        /// Drops what was under way.
        DropWish = "drop_wish",
        /// Says that a button is no longer valid.
        RejectStaleButton = "reject_stale_button",
        /// Says that it can only read words.
        AskForWords = "ask_for_words",
        /// Asks who the shopper is.
        VerifyIdentity = "verify_identity",
        /// Lists orders.
        ListOrders = "list_orders",
        /// Shows one order.
        ShowOrder = "show_order",
        /// Shows where a parcel is.
        TrackParcel = "track_parcel",
        /// Hurries the warehouse.
        UrgeShipping = "urge_shipping",
        /// Hurries the courier.
        UrgeDelivery = "urge_delivery",
        /// Opens a case for a parcel that never came.
        ReportNotReceived = "report_not_received",
        /// Cancels an order.
        CancelOrder = "cancel_order",
        /// Changes where an order goes.
        ChangeAddress = "change_address",
        /// Changes what an order holds.
        ChangeOrder = "change_order",
        /// Adds a remark to an order.
        AddRemark = "add_remark",
        /// Confirms that goods have arrived.
        ConfirmReceipt = "confirm_receipt",
        /// Says what can be done after a cancellation.
        ExplainRestore = "explain_restore",
        /// Takes goods back.
        ReturnGoods = "return_goods",
        /// Exchanges goods.
        ExchangeGoods = "exchange_goods",
        /// Pays back without goods.
        RequestRefund = "request_refund",
        /// Says where the money is.
        ShowRefund = "show_refund",
        /// Finds the way to mend a fault.
        HandleFault = "handle_fault",
        /// Takes up that something is missing or wrong.
        ReportMissingItem = "report_missing_item",
        /// Says where goods go back to, who pays, and how far it is.
        ExplainReturnShipping = "explain_return_shipping",
        /// Has goods repaired under warranty.
        ArrangeRepair = "arrange_repair",
        /// Books an appointment for installing.
        BookInstallation = "book_installation",
        /// Takes a request for after-sales back.
        WithdrawAfterSale = "withdraw_after_sale",
        /// Pays a compensation within the shop's limits.
        Compensate = "compensate",
        /// Takes up the cash-back for a review.
        ClaimCashBack = "claim_cash_back",
        /// Lists coupons.
        ShowCoupons = "show_coupons",
        /// Says what is left on gift cards.
        ShowGiftCards = "show_gift_cards",
        /// Issues an invoice.
        RequestInvoice = "request_invoice",
        /// Pays back a price drop.
        ProtectPrice = "protect_price",
        /// Says whether a variant is in stock.
        ShowStock = "show_stock",
        /// Tells when it is back.
        NotifyRestock = "notify_restock",
        /// Says what something costs.
        ShowPrice = "show_price",
        /// Answers from a product's attributes.
        DescribeProduct = "describe_product",
        /// Finds the right size.
        AdviseSize = "advise_size",
        /// Says what shipping costs and whether the shop sends there.
        QuoteShipping = "quote_shipping",
        /// Says when something arrives.
        EstimateDelivery = "estimate_delivery",
        /// Says which promotions hold and how they add up.
        ExplainPromotions = "explain_promotions",
        /// Says which coupons fit.
        AdviseCoupons = "advise_coupons",
        /// Says what is added for free.
        ExplainGifts = "explain_gifts",
        /// Bargains within the shop's limits.
        Bargain = "bargain",
        /// Places an order.
        PlaceOrder = "place_order",
        /// Stops telling when something is back.
        StopNotice = "stop_notice",
        /// Compares products.
        CompareProducts = "compare_products",
        /// Finds and recommends products.
        RecommendProducts = "recommend_products",
        /// Takes a thumb up or down.
        TakeFeedback = "take_feedback",
        /// Answers from the shop's knowledge.
        AnswerQuestion = "answer_question",
        /// Opens a case for staff.
        OpenCase = "open_case",
        /// Says what is stored, exports or erases it.
        HandlePrivacy = "handle_privacy",
        /// Asks for a rating of the service.
        AskRating = "ask_rating",
        /// Takes a rating of the service.
        TakeRating = "take_rating",
        /// Gives the conversation to a person.
        HandOver = "hand_over",
    }
}
