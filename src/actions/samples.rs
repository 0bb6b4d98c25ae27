//! Orders for the tests of pure parts.

use crate::domain::{
    AfterSale, AfterSaleKind, AfterSaleState, CustomerId, Money, Order, OrderLine, OrderLineId, OrderState, ProductId,
    Receiver, Timestamp, VariantId,
};

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
