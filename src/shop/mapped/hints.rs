//! The names that tables and columns of shops have, for drafting a mapping. Leaves to others: the statements (`draft`).

use super::need::Need;

/// Words by which a table or column is recognised, the surest first.
pub(super) struct Hint {
    pub(super) need: Need,
    pub(super) tables: &'static [&'static str],
    pub(super) columns: &'static [(&'static str, &'static [&'static str])],
}

pub(super) const ID: &[&str] = &["id"];
pub(super) const MEMBER: &[&str] = &["member_id", "user_id", "customer_id", "buyer_id", "uid"];
pub(super) const PRODUCT: &[&str] = &["product_id", "goods_id", "spu_id", "item_id"];
pub(super) const ORDER_COLUMNS: &[(&str, &[&str])] = &[
    ("id", &["id", "order_id"]),
    ("number", &["order_sn", "order_no", "order_number", "sn", "code", "number"]),
    ("customer", MEMBER),
    ("state", &["order_status", "status", "state"]),
    ("placed_at", &["add_time", "create_time", "created_at", "gmt_create", "order_time", "ctime"]),
    ("paid_at", &["pay_time", "payment_time", "paid_at"]),
    ("shipped_at", &["ship_time", "delivery_time", "shipping_time", "shipped_at"]),
    ("delivered_at", &["confirm_time", "receive_time", "finish_time", "delivered_at"]),
    ("shipping_fee", &["freight_price", "freight_amount", "shipping_fee", "freight", "postage"]),
    ("discount", &["coupon_price", "discount_amount", "coupon_amount", "discount"]),
    ("total", &["actual_price", "pay_amount", "pay_price", "total_price", "order_price", "total_amount", "total"]),
    ("payment_method", &["pay_type", "pay_name", "payment_method", "payment"]),
    ("receiver_name", &["consignee", "receiver_name", "receiver", "name", "user_name", "contact_name"]),
    ("receiver_phone", &["receiver_phone", "mobile", "phone", "tel", "user_phone", "contact_phone"]),
    ("province", &["receiver_province", "province"]),
    ("city", &["receiver_city", "city"]),
    ("district", &["receiver_region", "district", "county", "region", "area"]),
    ("street", &["receiver_detail_address", "address", "detail_address", "user_address", "street"]),
    ("remark", &["message", "note", "remark", "user_note", "memo"]),
];

pub(super) const HINTS: &[Hint] = &[
    Hint { need: Need::OrdersOfCustomer, tables: &["order", "orders", "purchase"], columns: ORDER_COLUMNS },
    Hint {
        need: Need::OrderLines,
        tables: &["order_item", "order_goods", "order_detail", "order_product", "order_line", "orderitem"],
        columns: &[
            ("order", &["order_id", "order_sn", "order_no"]),
            ("id", &["id", "order_item_id", "rec_id"]),
            ("product", PRODUCT),
            ("variant", &["product_sku_id", "sku_id", "variant_id", "spec_id"]),
            ("title", &["product_name", "goods_name", "title", "name"]),
            ("variant_label", &["specifications", "product_attr", "sku_name", "spec", "attr"]),
            ("quantity", &["product_quantity", "goods_count", "number", "quantity", "count", "num"]),
            ("unit_price", &["product_price", "selling_price", "price", "unit_price"]),
        ],
    },
    Hint {
        need: Need::Parcel,
        tables: &["order", "orders", "delivery", "shipment"],
        columns: &[
            ("order", &["id", "order_id"]),
            ("courier", &["delivery_company", "ship_channel", "express_name", "shipping_name", "courier"]),
            ("tracking_number", &["delivery_sn", "ship_sn", "express_no", "invoice_no", "tracking_number"]),
        ],
    },
    Hint {
        need: Need::AfterSales,
        tables: &["order_return_apply", "aftersale", "after_sale", "refund", "order_return"],
        columns: &[
            ("order", &["order_id"]),
            ("id", ID),
            ("kind", &["type", "kind"]),
            ("state", &["status", "state"]),
            ("reason", &["reason"]),
            ("amount", &["return_amount", "amount", "refund_amount"]),
            ("requested_at", &["create_time", "add_time", "created_at"]),
        ],
    },
    Hint {
        need: Need::Product,
        tables: &["product", "goods", "goods_info", "spu", "item"],
        columns: &[
            ("id", &["id", "goods_id", "product_id"]),
            ("title", &["name", "goods_name", "title", "product_name"]),
            ("brand", &["brand_name", "brand"]),
            ("category", &["product_category_name", "category_name", "category"]),
            ("description", &["brief", "sub_title", "goods_intro", "intro", "description", "keywords"]),
            ("on_shelf", &["is_on_sale", "publish_status", "on_sale", "on_shelf"]),
            ("sold", &["sale", "sales", "sales_count", "sold"]),
            ("image", &["pic_url", "pic", "goods_cover_img", "image", "picture"]),
        ],
    },
    Hint {
        need: Need::VariantsOfProduct,
        tables: &["sku_stock", "goods_product", "sku", "product_sku", "goods_sku", "variant", "product"],
        columns: &[
            ("id", &["id", "sku_id", "goods_id"]),
            ("product", PRODUCT),
            ("options", &["sp_data", "spec_data"]),
            ("size", &["specifications", "spec", "sku_name"]),
            ("price", &["price", "selling_price", "sell_price"]),
            ("stock", &["stock", "number", "stock_num", "inventory", "quantity"]),
        ],
    },
    Hint {
        need: Need::Customer,
        tables: &["member", "user", "customer", "buyer", "mall_user"],
        columns: &[
            ("id", &["id", "user_id", "member_id"]),
            ("name", &["nickname", "nick_name", "username", "name"]),
            ("phone", &["phone", "mobile", "login_name", "tel"]),
            ("gender", &["gender", "sex"]),
            ("points", &["integration", "points", "integral"]),
            ("registered_at", &["create_time", "add_time", "created_at", "register_time"]),
        ],
    },
    Hint {
        need: Need::Addresses,
        tables: &["member_receive_address", "address", "user_address", "receive_address"],
        columns: &[
            ("id", &["id", "address_id"]),
            ("receiver_name", &["name", "consignee", "user_name", "receiver_name"]),
            ("receiver_phone", &["phone_number", "tel", "mobile", "phone", "user_phone", "receiver_phone"]),
            ("province", &["province", "province_name"]),
            ("city", &["city", "city_name"]),
            ("district", &["region", "county", "district", "region_name", "area"]),
            ("street", &["detail_address", "address_detail", "address", "street"]),
            ("is_default", &["default_status", "is_default", "default_flag"]),
        ],
    },
];
