//! What xiaoer needs from a shop's database: one entry per need with its parameters.
//! Leaves to others: the columns of the answers (`columns`), what a mapping file says (`mapping`).

crate::closed_set! {
    /// One thing to know.
    Need {
        /// A customer's latest orders.
        OrdersOfCustomer = "orders_of_customer",
        /// How many orders a customer has.
        CountOrders = "count_orders",
        /// One order of a customer.
        OrderByNumber = "order_by_number",
        /// The order of a customer that a parcel belongs to.
        OrderByParcel = "order_by_parcel",
        /// The owner of an order, by its number and the last digits of its receiver's phone.
        OwnerOfOrder = "owner_of_order",
        /// The lines of orders.
        OrderLines = "order_lines",
        /// The parcels of orders.
        Parcel = "parcel",
        /// What happened to the parcels of orders.
        ParcelEvents = "parcel_events",
        /// The after-sales requests of orders.
        AfterSales = "after_sales",
        /// The invoices of orders.
        Invoices = "invoices",
        /// What was paid back for an order.
        PaidBack = "paid_back",
        /// Products by id.
        Product = "product",
        /// The attributes of products.
        ProductAttributes = "product_attributes",
        /// The variants of products.
        VariantsOfProduct = "variants_of_product",
        /// Price and stock of one variant.
        StockOfVariant = "stock_of_variant",
        /// Products by words, where nothing was synchronised yet.
        SearchProducts = "search_products",
        /// What a variant cost when.
        PriceHistory = "price_history",
        /// The size table of a product.
        SizeTable = "size_table",
        /// A customer by id.
        Customer = "customer",
        /// A customer by phone.
        CustomerByPhone = "customer_by_phone",
        /// A customer's address book.
        Addresses = "addresses",
        /// The coupons that a customer can use.
        CouponsOfCustomer = "coupons_of_customer",
        /// The gift cards of a customer.
        GiftCardsOfCustomer = "gift_cards_of_customer",
        /// The promotions that run.
        Promotions = "promotions",
        /// Where the shop delivers.
        ShippingRegions = "shipping_regions",
        /// The products that changed, for synchronising.
        ChangedProducts = "changed_products",
        /// What customers did with products, for synchronising.
        Interactions = "interactions",
    }
}

impl Need {
    /// The parameters that its statement gets.
    pub const fn parameters(self) -> &'static [&'static str] {
        match self {
            Need::OrdersOfCustomer => &["customer", "limit"],
            Need::CountOrders | Need::Customer | Need::Addresses | Need::GiftCardsOfCustomer => &["customer"],
            Need::OrderByNumber | Need::PaidBack => &["customer", "order"],
            Need::OrderByParcel => &["customer", "tracking"],
            Need::OwnerOfOrder => &["order", "tail"],
            Need::OrderLines | Need::Parcel | Need::ParcelEvents | Need::AfterSales | Need::Invoices => {
                &["orders", "customer"]
            }
            Need::Product | Need::ProductAttributes => &["products"],
            Need::VariantsOfProduct => &["products", "now", "now_seconds", "now_millis"],
            Need::StockOfVariant => &["variant", "now", "now_seconds", "now_millis"],
            Need::PriceHistory => &["variant"],
            Need::SearchProducts => &["pattern", "limit", "offset"],
            Need::SizeTable => &["product"],
            Need::CustomerByPhone => &["phone"],
            Need::CouponsOfCustomer => &["customer", "now", "now_seconds", "now_millis"],
            Need::Promotions => &["now", "now_seconds", "now_millis"],
            Need::ShippingRegions => &[],
            Need::ChangedProducts => &["since", "since_seconds", "since_millis", "after", "limit"],
            Need::Interactions => &["since", "since_seconds", "since_millis", "after", "limit"],
        }
    }

    /// The parameters without which its statement would read what is somebody else's, or everything.
    pub const fn must_use(self) -> &'static [&'static str] {
        match self {
            Need::OrdersOfCustomer
            | Need::CountOrders
            | Need::Customer
            | Need::Addresses
            | Need::GiftCardsOfCustomer
            | Need::CouponsOfCustomer => &["customer"],
            Need::OrderByNumber | Need::PaidBack => &["customer", "order"],
            Need::OrderByParcel => &["customer", "tracking"],
            Need::OwnerOfOrder => &["order", "tail"],
            Need::OrderLines | Need::Parcel | Need::ParcelEvents | Need::AfterSales | Need::Invoices => {
                &["orders", "customer"]
            }
            Need::Product | Need::ProductAttributes | Need::VariantsOfProduct => &["products"],
            Need::StockOfVariant | Need::PriceHistory => &["variant"],
            Need::SearchProducts => &["pattern"],
            Need::SizeTable => &["product"],
            Need::CustomerByPhone => &["phone"],
            Need::ChangedProducts | Need::Interactions => &["after", "limit"],
            Need::Promotions | Need::ShippingRegions => &[],
        }
    }
}
