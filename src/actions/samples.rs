//! Orders and offers for the tests of pure parts.

use crate::domain::{
    AfterSale, AfterSaleKind, AfterSaleState, CustomerId, Money, Order, OrderLine, OrderLineId, OrderState, Product,
    ProductId, Receiver, Timestamp, VariantId,
};
use crate::shop::{Coupon, CouponKind, Promotion, PromotionKind};

/// A delivered order of lines given as (id, pieces, yuan each).
pub(super) fn order(lines: &[(i64, u32, i64)]) -> Order {
    let lines: Vec<OrderLine> = lines
        .iter()
        .map(|(id, quantity, yuan)| OrderLine {
            id: OrderLineId(*id),
            product: ProductId(*id),
            variant: VariantId(*id),
            title: format!("商品{id}"),
            variant_label: String::new(),
            quantity: *quantity,
            unit_price: Money::from_yuan(*yuan),
        })
        .collect();
    Order {
        number: "202606180000001".parse().expect("an order number"),
        customer: CustomerId(1),
        state: OrderState::Delivered,
        placed_at: Timestamp::from_millis(0),
        paid_at: Some(Timestamp::from_millis(0)),
        shipped_at: None,
        delivered_at: Some(Timestamp::from_millis(0)),
        shipping_fee: Money::ZERO,
        discount: Money::ZERO,
        total: lines.iter().map(|line| line.unit_price * i64::from(line.quantity)).sum(),
        gift_card: Money::ZERO,
        payment_method: "微信支付".to_owned(),
        receiver: Receiver {
            name: "林晓".to_owned(),
            phone: "19000006688".parse().expect("a phone"),
            province: "浙江省".to_owned(),
            city: "杭州市".to_owned(),
            district: "西湖区".to_owned(),
            street: "文三路1号".to_owned(),
        },
        remark: None,
        parcels: Vec::new(),
        after_sales: Vec::new(),
        invoice: None,
        lines,
    }
}

/// A request for after-sales.
pub(super) fn request(
    line: Option<OrderLineId>,
    kind: AfterSaleKind,
    state: AfterSaleState,
    quantity: u32,
    yuan: i64,
) -> AfterSale {
    AfterSale {
        id: 1,
        line,
        kind,
        state,
        quantity,
        reason: "no_reason".to_owned(),
        amount: Money::from_yuan(yuan),
        requested_at: Timestamp::from_millis(0),
        updated_at: Timestamp::from_millis(0),
        refund: None,
    }
}

/// A promotion from yuan: an amount off, or the percentage that is paid.
pub(super) fn promotion(
    id: i64,
    kind: PromotionKind,
    threshold: i64,
    figure: i64,
    category: Option<&str>,
    stacks_with_coupons: bool,
) -> Promotion {
    Promotion {
        id,
        title: format!("活动{id}"),
        kind,
        threshold: Money::from_yuan(threshold),
        amount: Money::from_yuan(figure),
        percent: figure,
        gift_text: None,
        category: category.map(str::to_owned),
        brand: None,
        stacks_with_coupons,
        starts_at: Timestamp::from_millis(0),
        ends_at: Timestamp::from_millis(i64::MAX),
    }
}

/// A coupon of so many yuan off.
pub(super) fn coupon(id: i64, threshold: i64, off: i64, category: Option<&str>) -> Coupon {
    Coupon {
        id,
        title: format!("券{id}"),
        kind: CouponKind::AmountOff,
        threshold: Money::from_yuan(threshold),
        amount: Money::from_yuan(off),
        percent: 100,
        category: category.map(str::to_owned),
        valid_until: Timestamp::from_millis(i64::MAX),
    }
}

/// A product without variants.
pub(super) fn product(id: i64) -> Product {
    Product {
        id: ProductId(id),
        title: format!("商品{id}"),
        brand: String::new(),
        category: String::new(),
        description: String::new(),
        attributes: Vec::new(),
        on_shelf: true,
        rating_tenths: None,
        sold: 0,
        returnable: true,
        warranty_months: 0,
        needs_installation: false,
        image: None,
        variants: Vec::new(),
    }
}
