//! The slots of a conversation: what a wish may need to know. Leaves to others: filling them (`dialogue`).

crate::closed_set! {
    /// One thing that a wish may need to know.
    Slot {
        /// Which order.
        Order = "order",
        /// Which line of the order.
        Line = "line",
        /// Which product.
        Product = "product",
        /// Which variant.
        Variant = "variant",
        /// A second product, for comparing.
        OtherProduct = "other_product",
        /// How many.
        Quantity = "quantity",
        /// Why.
        Reason = "reason",
        /// What is searched, in words.
        Query = "query",
        /// Category of what is searched.
        Category = "category",
        /// Brand of what is searched.
        Brand = "brand",
        /// Colour wished.
        Colour = "colour",
        /// Size wished.
        Size = "size",
        /// What it may cost.
        Budget = "budget",
        /// The last four digits of the receiver's phone.
        PhoneTail = "phone_tail",
        /// The new phone.
        Phone = "phone",
        /// The new receiver.
        ReceiverName = "receiver_name",
        /// The new address where it has no known parts: in words, or an entry of the address book.
        Address = "address",
        /// The new address's province.
        Province = "province",
        /// The new address's city.
        City = "city",
        /// The new address's district.
        District = "district",
        /// The new address's street and house.
        Street = "street",
        /// An invoice's title.
        InvoiceTitle = "invoice_title",
        /// A company's tax number.
        TaxNumber = "tax_number",
        /// Where an electronic invoice goes.
        Email = "email",
        /// A remark for the order.
        Remark = "remark",
        /// Body measures, as [`Measures`](super::Measures) are written.
        Measures = "measures",
        /// Which of the best guesses was meant.
        Wish = "wish",
        /// Yes or no to a listed change.
        Confirmation = "confirmation",
        /// A matter in the shopper's words, for a case.
        Matter = "matter",
        /// The side of the wish that was named.
        Aspect = "aspect",
        /// A photo as evidence, by the channel's name for the file; `none` where there is none.
        Photo = "photo",
        /// Whether the package was opened.
        Opened = "opened",
        /// Whether a lost parcel was found.
        Search = "search",
        /// What shall be done about a fault.
        Resolution = "resolution",
        /// A day.
        Day = "day",
        /// Before or after noon.
        HalfDay = "half_day",
        /// Which request for after-sales.
        Request = "request",
        /// How a new order is paid: the name of one of the ways that messages name.
        Payment = "payment",
        /// The coupon for a new order, by the customer's piece; 0 for none.
        Coupon = "coupon",
        /// Which attributes of goods are asked for: names they may have, with `|` between; `*` for all.
        Attribute = "attribute",
        /// The product whose last price was given in bargaining.
        Bargain = "bargain",
        /// Which piece of the shop's knowledge, by its name.
        Knowledge = "knowledge",
    }
}

impl Slot {
    /// Whether the value stays in view after the wish it was given for has ended ("刚才那个订单").
    pub fn stays(self) -> bool {
        matches!(
            self,
            Slot::Order | Slot::Product | Slot::Category | Slot::Brand | Slot::Budget | Slot::Measures | Slot::Bargain
        )
    }
}
