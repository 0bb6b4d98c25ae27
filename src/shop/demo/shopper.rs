//! The orders of the demo's own shopper, 林晓, made by hand so that every ability has something to show.
//! Leaves to others: everybody else's orders (`orders`).

use super::behaviour::Pick;
use super::goods::Goods;
use super::orders::{AfterSaleRow, LineRow, OrderRow, RefundRow};
use super::parcels::ParcelRow;
use super::people::Place;
use super::random::{DAY, HOUR, before};
use super::{DEMO_PHONE, DEMO_TODAY};
use crate::domain::{AfterSaleKind, AfterSaleState, OrderState, Timestamp};
use crate::shop::ShopError;

/// The numbers of 林晓's orders: on its way; stuck for four days; delivered two days ago; paid two days ago and not
/// shipped; completed long ago; with a refund under way.
pub const DEMO_ORDERS: [&str; 6] = [
    "2026061600018231",
    "2026061200027415",
    "2026061300031964",
    "2026061600042087",
    "2026020900053376",
    "2026060800064518",
];

pub(super) fn orders(goods: &mut Goods) -> Result<Vec<OrderRow>, ShopError> {
    let day = |days: i64, hour: i64| before(DEMO_TODAY, 10 * HOUR).plus_seconds(-days * DAY + hour * HOUR);
    let mut hand = Hand { goods };

    let earphones = hand.pick("声屿 AirTune Pro", Some("黑"), None, 1)?;
    let mut moving = hand.order(DEMO_ORDERS[0], day(2, 20), vec![earphones], OrderState::Shipped);
    moving.shipped_at = Some(day(1, 15));
    moving.parcel = Some(ParcelRow {
        courier: "顺丰速运".to_owned(),
        number: "SF1620618018231".to_owned(),
        expected_at: day(0, 20),
        track: track(&[
            (day(1, 15), "广州市", "商家已发货，等待快递员揽收"),
            (day(1, 17), "广州市", "顺丰速运 白云钟落潭营业部已揽收"),
            (day(1, 21), "广州市", "快件已从广州转运中心发出，下一站杭州转运中心"),
            (day(0, 6), "杭州市", "快件已到达杭州转运中心"),
            (day(0, 9), "杭州市", "快件已从杭州转运中心发出，下一站西湖区营业点"),
        ]),
    });

    let shoes = hand.pick("轻弹3 缓震跑步鞋 女", Some("雾紫"), Some("38"), 1)?;
    let mut stuck = hand.order(DEMO_ORDERS[1], day(6, 21), vec![shoes], OrderState::Shipped);
    stuck.shipped_at = Some(day(5, 14));
    stuck.parcel = Some(ParcelRow {
        courier: "圆通速递".to_owned(),
        number: "YT2061202741508".to_owned(),
        expected_at: day(2, 20),
        track: track(&[
            (day(5, 14), "成都市", "商家已发货，等待快递员揽收"),
            (day(5, 19), "成都市", "圆通速递 新都斑竹园营业部已揽收"),
            (day(4, 2), "成都市", "快件已从成都转运中心发出，下一站杭州转运中心"),
            (day(4, 9), "武汉市", "快件途经武汉转运中心"),
        ]),
    });

    let dress = hand.pick("法式碎花连衣裙", Some("雾蓝"), Some("M"), 1)?;
    let shirt = hand.pick("宽松条纹衬衫", Some("蓝白条"), Some("M"), 1)?;
    let mut delivered = hand.order(DEMO_ORDERS[2], day(5, 12), vec![dress, shirt], OrderState::Delivered);
    delivered.shipped_at = Some(day(4, 16));
    delivered.delivered_at = Some(day(2, 11));
    delivered.parcel = Some(ParcelRow {
        courier: "中通快递".to_owned(),
        number: "761320031964082".to_owned(),
        expected_at: day(2, 20),
        track: track(&[
            (day(4, 16), "广州市", "商家已发货，等待快递员揽收"),
            (day(4, 18), "广州市", "中通快递 白云钟落潭营业部已揽收"),
            (day(3, 1), "广州市", "快件已从广州转运中心发出，下一站杭州转运中心"),
            (day(2, 4), "杭州市", "快件已到达杭州转运中心"),
            (day(2, 9), "杭州市", "快递员周师傅正在派送，请保持电话畅通"),
            (day(2, 11), "杭州市", "已签收，签收人：本人"),
        ]),
    });

    let fryer = hand.pick("可视空气炸锅 5L", Some("白"), None, 1)?;
    let paid = hand.order(DEMO_ORDERS[3], day(2, 9), vec![fryer], OrderState::Paid);

    let coffee = hand.pick("冻干黑咖啡粉", None, None, 2)?;
    let cup = hand.pick("咖啡保温杯 随行杯", Some("奶茶"), Some("350ml"), 1)?;
    let mut completed = hand.order(DEMO_ORDERS[4], day(129, 19), vec![coffee, cup], OrderState::Completed);
    completed.shipped_at = Some(day(128, 15));
    completed.delivered_at = Some(day(126, 12));
    completed.completed_at = Some(day(121, 20));
    completed.parcel = Some(ParcelRow {
        courier: "京东物流".to_owned(),
        number: "JD0002090053376".to_owned(),
        expected_at: day(126, 20),
        track: track(&[
            (day(128, 15), "杭州市", "商家已发货，等待快递员揽收"),
            (day(128, 18), "杭州市", "京东物流 余杭仓前营业部已揽收"),
            (day(126, 8), "杭州市", "快递员王师傅正在派送，请保持电话畅通"),
            (day(126, 12), "杭州市", "已签收，签收人：本人"),
        ]),
    });

    let white = hand.pick("小白鞋 女", Some("全白"), Some("37"), 1)?;
    let mut refunding = hand.order(DEMO_ORDERS[5], day(10, 15), vec![white], OrderState::InAfterSale);
    refunding.shipped_at = Some(day(9, 11));
    refunding.delivered_at = Some(day(7, 15));
    refunding.parcel = Some(ParcelRow {
        courier: "韵达快递".to_owned(),
        number: "430608006451822".to_owned(),
        expected_at: day(7, 20),
        track: track(&[
            (day(9, 11), "杭州市", "商家已发货，等待快递员揽收"),
            (day(9, 14), "杭州市", "韵达快递 余杭仓前营业部已揽收"),
            (day(7, 12), "杭州市", "快递员陈师傅正在派送，请保持电话畅通"),
            (day(7, 15), "杭州市", "已签收，签收人：本人"),
        ]),
    });
    refunding.after_sales.push(AfterSaleRow {
        line: Some(0),
        kind: AfterSaleKind::Return,
        state: AfterSaleState::Refunding,
        quantity: 1,
        reason: "尺码不合适".to_owned(),
        amount: refunding.total,
        exchange: None,
        state_before: OrderState::Delivered,
        requested_at: day(6, 10),
        updated_at: day(1, 16),
    });
    refunding.refunds.push(RefundRow {
        after_sale: Some(0),
        amount: refunding.total,
        way: refunding.payment.clone(),
        reason: "after_sale",
        started_at: day(1, 16),
        arrived_at: None,
    });

    // The fryer became cheaper after it was paid, so that price protection has something to pay.
    for variant in &mut hand.goods.products[fryer.product].variants {
        let lower = variant.price() - 3_000;
        variant.prices.push((day(1, 0), lower));
    }
    // The dress is there in a larger size, and sold out in black M.
    for variant in &mut hand.goods.products[dress.product].variants {
        variant.stock = match (variant.colour.as_deref(), variant.size.as_deref()) {
            (Some("黑"), Some("M")) => 0,
            _ => variant.stock.max(12),
        };
    }
    Ok(vec![moving, stuck, delivered, paid, completed, refunding])
}

fn track(steps: &[(Timestamp, &str, &str)]) -> Vec<(Timestamp, String, String)> {
    steps.iter().map(|(at, place, what)| (*at, (*place).to_owned(), (*what).to_owned())).collect()
}

struct Hand<'a> {
    goods: &'a mut Goods,
}

impl Hand<'_> {
    /// The variant of the product whose title holds `title`, which is put on the shelf.
    fn pick(
        &mut self,
        title: &str,
        colour: Option<&str>,
        size: Option<&str>,
        quantity: i64,
    ) -> Result<Pick, ShopError> {
        let missing = || ShopError::DemoSource {
            file: "products.csv",
            reason: format!("the demo's own shopper bought {title} {colour:?} {size:?}, which is not there"),
        };
        let product = self.goods.products.iter().position(|item| item.title.contains(title)).ok_or_else(missing)?;
        let item = &mut self.goods.products[product];
        item.on_shelf = true;
        item.listed_at = item.listed_at.min(DEMO_TODAY.plus_seconds(-400 * DAY));
        let fits = |own: &Option<String>, wish: Option<&str>| wish.is_none() || own.as_deref() == wish;
        let variant = item
            .variants
            .iter()
            .position(|variant| fits(&variant.colour, colour) && fits(&variant.size, size))
            .ok_or_else(missing)?;
        let stock = &mut item.variants[variant].stock;
        *stock = (*stock).max(15);
        Ok(Pick { product, variant, quantity })
    }

    fn order(&mut self, number: &str, placed_at: Timestamp, picks: Vec<Pick>, state: OrderState) -> OrderRow {
        let lines: Vec<LineRow> = picks
            .into_iter()
            .map(|pick| {
                let variant = &self.goods.products[pick.product].variants[pick.variant];
                LineRow { pick, unit_price: variant.price_at(placed_at) }
            })
            .collect();
        let total = lines.iter().map(|line| line.unit_price * line.pick.quantity).sum();
        OrderRow {
            number: number.to_owned(),
            customer: 0,
            state,
            placed_at,
            paid_at: Some(placed_at.plus_seconds(90)),
            shipped_at: None,
            delivered_at: None,
            completed_at: None,
            cancelled_at: None,
            shipping_fee: 0,
            discount: 0,
            gift_card: 0,
            total,
            payment: "微信支付".to_owned(),
            receiver: Place {
                name: "林晓".to_owned(),
                phone: DEMO_PHONE.to_owned(),
                region: HANGZHOU,
                district: "西湖区".to_owned(),
                street: "文三路星河湾3幢2单元1201室".to_owned(),
            },
            remark: None,
            lines,
            parcel: None,
            after_sales: Vec::new(),
            refunds: Vec::new(),
            invoice: None,
        }
    }
}

/// The place of 杭州市 in regions.csv; a test holds it to that.
pub(super) const HANGZHOU: usize = 14;
