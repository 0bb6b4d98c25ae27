//! After the sale: returns, exchanges, refunds, faults, repairs, invoices, money made good.

use xiaoer::domain::{Intent, Owner, ReplyKey};

use crate::talk::Talk;

const DELIVERED: &str = "2026061300031964";

#[tokio::test]
async fn a_line_is_returned_after_its_reason_and_a_correction() {
    let mut talk = Talk::begin().await;
    talk.say(&format!("{DELIVERED}我要退货"), &[Intent::ReturnGoods]).await.hears(ReplyKey::AfterSaleChooseLine);
    talk.say("连衣裙", &[Intent::ProvideInfo]).await.hears(ReplyKey::AfterSaleAskReason);
    talk.press("不喜欢").await.hears(ReplyKey::ReturnConfirm).reads("连衣裙").reads("您").unchanged();
    talk.say("不对，是质量问题", &[Intent::QualityIssue])
        .await
        .hears(ReplyKey::ReturnConfirm)
        .reads("店铺")
        .unchanged();
    talk.press("确认").await.hears(ReplyKey::ReturnDone).changed();
    let asked =
        talk.words("select kind || '/' || reason || '/' || quantity from after_sales order by id desc limit 1").await;
    assert_eq!(asked, "return/quality/1");
    talk.say("连衣裙退货", &[Intent::ReturnGoods]).await.unchanged();
}

#[tokio::test]
async fn the_whole_order_is_returned_for_what_was_paid() {
    let mut talk = Talk::begin().await;
    talk.fact("update orders set discount = 2001, total = total - 2001 where number = '2026061300031964'").await;
    talk.say(&format!("{DELIVERED}退货"), &[Intent::ReturnGoods]).await.press("整单").await;
    talk.press("不喜欢").await.hears(ReplyKey::ReturnConfirm).press("确认").await.hears(ReplyKey::ReturnDone).changed();
    let left =
        "select o.total - a.amount from after_sales a join orders o on o.id = a.order_id order by a.id desc limit 1";
    assert_eq!(talk.figure(left).await, 0);
}

#[tokio::test]
async fn one_piece_of_several_is_returned() {
    let mut talk = Talk::begin().await;
    talk.fact("update order_lines set quantity = 3 where title like '%连衣裙%' and order_id = (select id from orders where number = '2026061300031964')").await;
    talk.fact("update orders set total = (select sum(quantity * unit_price) from order_lines where order_id = orders.id) where number = '2026061300031964'").await;
    talk.say(&format!("{DELIVERED}连衣裙退一件"), &[Intent::ReturnGoods]).await.press("不喜欢").await;
    talk.hears(ReplyKey::ReturnConfirm).reads("1");
    talk.say("退5件", &[Intent::ReturnGoods]).await.hears(ReplyKey::AfterSaleTooMany).unchanged();
    talk.say("2", &[Intent::ProvideInfo]).await.hears(ReplyKey::ReturnConfirm).press("确认").await.changed();
    assert_eq!(talk.figure("select quantity from after_sales order by id desc limit 1").await, 2);
}

#[tokio::test]
async fn a_return_is_refused_with_what_is_possible_instead() {
    let mut talk = Talk::begin().await;
    talk.say("2026061600042087退货", &[Intent::ReturnGoods]).await.hears(ReplyKey::ReturnRefusedState).unchanged();
    talk.say("2026061600018231退货", &[Intent::ReturnGoods]).await.hears(ReplyKey::ReturnRefusedState).unchanged();
    talk.fact("update orders set delivered_at = delivered_at - 9 * 86400000 where number = '2026061300031964'").await;
    talk.say(&format!("{DELIVERED}连衣裙退货"), &[Intent::ReturnGoods]).await.press("不喜欢").await;
    talk.hears(ReplyKey::ReturnRefusedWindow).unchanged();
    talk.press("换货").await.hears(ReplyKey::VariantChoose).unchanged();
}

#[tokio::test]
async fn opened_food_is_excepted_and_faults_are_not() {
    let mut talk = Talk::begin().await;
    talk.fact("update orders set state = 'delivered', delivered_at = 1781748000000 - 86400000 where number = '2026020900053376'").await;
    talk.say("2026020900053376咖啡粉退货", &[Intent::ReturnGoods]).await;
    if talk.keys().contains(&ReplyKey::AfterSaleChooseLine) {
        talk.press("豆屿").await;
    }
    talk.say("两件", &[Intent::ProvideInfo]).await.press("不喜欢").await.hears(ReplyKey::ReturnAskOpened).unchanged();
    talk.say("已经拆了", &[Intent::ProvideInfo]).await.hears(ReplyKey::ReturnRefusedException).unchanged();
    talk.press("质量问题").await.unchanged();
}

#[tokio::test]
async fn a_larger_size_is_exchanged_and_held() {
    let mut talk = Talk::begin().await;
    talk.say(&format!("{DELIVERED}连衣裙小了换大一码"), &[Intent::ExchangeGoods])
        .await
        .hears(ReplyKey::ExchangeConfirm);
    talk.reads("雾蓝 · L").unchanged();
    talk.say("不对，要黑色L", &[Intent::ProvideInfo])
        .await
        .hears(ReplyKey::ExchangeConfirm)
        .reads("黑 · L")
        .unchanged();
    let stock = "select stock from variants v join products p on p.id = v.product_id where p.title like '%法式碎花连衣裙%' and colour = '黑' and size = 'L'";
    let before = talk.figure(stock).await;
    talk.press("确认").await.hears(ReplyKey::ExchangeDone).changed();
    assert_eq!(talk.figure(stock).await, before - 1);
}

#[tokio::test]
async fn what_is_sold_out_is_not_exchanged_for() {
    let mut talk = Talk::begin().await;
    talk.say(&format!("{DELIVERED}连衣裙换成黑色M"), &[Intent::ExchangeGoods])
        .await
        .hears(ReplyKey::VariantUnavailable);
    talk.unchanged().press("黑 · L").await.hears(ReplyKey::ExchangeConfirm).unchanged();
    talk.say("算了不换了", &[Intent::Deny]).await.unchanged();
    talk.say("2026061600018231换货", &[Intent::ExchangeGoods]).await.hears(ReplyKey::ExchangeRefusedState);
}

#[tokio::test]
async fn a_return_becomes_an_exchange_without_asking_again() {
    let mut talk = Talk::begin().await;
    talk.say(&format!("{DELIVERED}连衣裙退货"), &[Intent::ReturnGoods]).await.hears(ReplyKey::AfterSaleAskReason);
    talk.say("还是换个L码吧", &[Intent::ExchangeGoods])
        .await
        .hears(ReplyKey::ExchangeConfirm)
        .reads("雾蓝 · L")
        .unchanged();
}

#[tokio::test]
async fn a_refund_before_shipping_is_a_cancellation() {
    let mut talk = Talk::begin().await;
    talk.say("2026061600042087退款", &[Intent::RefundRequest]).await.hears(ReplyKey::CancelConfirm).unchanged();
    talk.press("确认").await.hears(ReplyKey::CancelDone).changed();
}

#[tokio::test]
async fn a_refund_on_the_way_is_for_what_stands_still() {
    let mut talk = Talk::begin().await;
    talk.say("2026061600018231不要了退款", &[Intent::RefundRequest])
        .await
        .hears(ReplyKey::RefundRefusedMoving)
        .unchanged();
    talk.say("2026061200027415退款", &[Intent::RefundRequest]).await.hears(ReplyKey::RefundConfirm).unchanged();
    talk.press("确认").await.hears(ReplyKey::RefundDone).changed();
}

#[tokio::test]
async fn a_refund_without_return_needs_a_fault_and_has_a_limit() {
    let mut talk = Talk::begin().await;
    talk.say(&format!("{DELIVERED}退款"), &[Intent::RefundRequest]).await.press("不喜欢").await;
    talk.hears(ReplyKey::RefundRefusedNoFault).unchanged();
    talk.say(&format!("{DELIVERED}连衣裙破了个洞，退钱"), &[Intent::RefundRequest, Intent::QualityIssue]).await;
    talk.hears(ReplyKey::AfterSaleAskPhoto).photo().await.hears(ReplyKey::RefundCase).changed();
    assert_eq!(
        talk.figure("select count(*) from after_sales where kind = 'refund_only' and requested_at >= 1781748000000")
            .await,
        0
    );
}

#[tokio::test]
async fn refund_status_tells_the_moneys_way() {
    let mut talk = Talk::begin().await;
    talk.say("2026060800064518退款到哪了", &[Intent::RefundStatus]).await.hears(ReplyKey::RefundStatusRequest);
    talk.reads("微信支付").reads("6-22").unchanged();
    talk.say("2026061600042087退款进度", &[Intent::RefundStatus]).await.hears(ReplyKey::RefundStatusNone);
}

#[tokio::test]
async fn a_fault_asks_for_a_photo_and_a_way_to_mend_it() {
    let mut talk = Talk::begin().await;
    talk.say(&format!("{DELIVERED}连衣裙开线了"), &[Intent::QualityIssue]).await.hears(ReplyKey::AfterSaleAskPhoto);
    talk.say("没有照片", &[Intent::Deny]).await.hears(ReplyKey::FaultAskResolution).unchanged();
    talk.say("换一个新的", &[Intent::ExchangeGoods]).await.hears(ReplyKey::ExchangeConfirm).reads("店铺").unchanged();
    talk.say("还是退货吧", &[Intent::ReturnGoods]).await.hears(ReplyKey::ReturnConfirm).reads("店铺").unchanged();
    talk.press("不了").await.unchanged();
}

#[tokio::test]
async fn a_fault_by_buttons() {
    let mut talk = Talk::begin().await;
    talk.say(&format!("{DELIVERED}衬衫掉色"), &[Intent::QualityIssue]).await.photo().await;
    talk.hears(ReplyKey::FaultAskResolution).press("退货退款").await.hears(ReplyKey::ReturnConfirm).reads("衬衫");
    talk.press("确认").await.hears(ReplyKey::ReturnDone).changed();
}

#[tokio::test]
async fn what_is_missing_becomes_a_case() {
    let mut talk = Talk::begin().await;
    talk.say(&format!("{DELIVERED}少发了"), &[Intent::MissingWrongItem]).await;
    talk.fact("update orders set delivered_at = delivered_at - 86400000 where number = '2026061300031964'").await;
    talk.say("少发了一条腰带", &[Intent::MissingWrongItem]).await.hears(ReplyKey::MissingRefusedWindow).unchanged();
    talk.fact("update orders set delivered_at = 1781748000000 - 3600000 where number = '2026061300031964'").await;
    talk.say("少发了", &[Intent::MissingWrongItem]).await.hears(ReplyKey::MissingAskWhat);
    talk.say("一条腰带", &[Intent::ProvideInfo]).await.hears(ReplyKey::AfterSaleAskPhoto);
    talk.photo().await.hears(ReplyKey::MissingDone).reads("腰带").changed();
    let told = talk.words("select summary from cases order by id desc limit 1").await;
    assert!(told.contains("腰带") && told.contains("photo-1"), "{told}");
    talk.say("连衣裙颜色发错了", &[Intent::MissingWrongItem]).await.photo().await.hears(ReplyKey::FaultAskResolution);
}

#[tokio::test]
async fn the_way_back_needs_no_proof_and_names_an_own_request() {
    let mut talk = Talk::begin().await;
    talk.say("退货寄到哪里", &[Intent::ReturnShipping]).await.hears(ReplyKey::ReturnShippingAddress).unchanged();
    talk.say("退货运费谁出", &[Intent::ReturnShipping]).await.hears(ReplyKey::ReturnShippingPostage);
    talk.say(&format!("{DELIVERED}衬衫退货"), &[Intent::ReturnGoods])
        .await
        .press("不喜欢")
        .await
        .press("确认")
        .await
        .changed();
    talk.say("那寄到哪里", &[Intent::ReturnShipping]).await.hears(ReplyKey::ReturnShippingAddress);
}

#[tokio::test]
async fn a_repair_is_bounded_by_the_warranty() {
    let mut talk = Talk::begin().await;
    talk.fact("update orders set state = 'completed', shipped_at = 1781748000000 - 40 * 86400000, delivered_at = 1781748000000 - 38 * 86400000 where number = '2026061600042087'").await;
    talk.say("2026061600042087要维修", &[Intent::WarrantyRepair]).await;
    talk.hears(ReplyKey::RepairAskFault).unchanged();
    talk.say("不加热了", &[Intent::ProvideInfo]).await.hears(ReplyKey::RepairConfirm).reads("不加热").unchanged();
    talk.press("确认").await.hears(ReplyKey::RepairDone).changed();
    talk.fact("update orders set delivered_at = delivered_at - 100 * 86400000 where number = '2026020900053376'").await;
    talk.say("2026020900053376保温杯坏了要修", &[Intent::WarrantyRepair])
        .await
        .hears(ReplyKey::RepairRefused)
        .unchanged();
}

#[tokio::test]
async fn a_request_is_taken_back_while_the_goods_are_here() {
    let mut talk = Talk::begin().await;
    talk.say("2026060800064518撤销退货", &[Intent::ReturnGoods]).await.hears(ReplyKey::WithdrawTooLate).unchanged();
    talk.say(&format!("{DELIVERED}衬衫退货"), &[Intent::ReturnGoods])
        .await
        .press("不喜欢")
        .await
        .press("确认")
        .await
        .changed();
    talk.say("不退了，把退货申请撤了", &[Intent::ReturnGoods]).await.hears(ReplyKey::WithdrawConfirm).unchanged();
    talk.press("确认").await.hears(ReplyKey::WithdrawDone).changed();
    assert_eq!(talk.words("select state from orders where number = '2026061300031964'").await, "delivered");
    talk.say(&format!("{DELIVERED}撤销退货"), &[Intent::RefundStatus]).await.hears(ReplyKey::WithdrawNone);
}

#[tokio::test]
async fn an_installation_is_booked_for_what_needs_one() {
    let mut talk = Talk::begin().await;
    talk.say(&format!("{DELIVERED}预约安装"), &[Intent::Installation]).await.hears(ReplyKey::InstallationNotNeeded);
    talk.fact("update products set needs_installation = 1 where title like '%可视空气炸锅 5L%'").await;
    talk.say("2026061600042087帮我约安装", &[Intent::Installation]).await.hears(ReplyKey::InstallationAskDay);
    talk.say("今天", &[Intent::ProvideInfo]).await.hears(ReplyKey::InstallationOtherDay).unchanged();
    talk.say("后天下午", &[Intent::ProvideInfo]).await.hears(ReplyKey::InstallationConfirm).reads("6-20下午");
    talk.say("不对，上午", &[Intent::ProvideInfo])
        .await
        .hears(ReplyKey::InstallationConfirm)
        .reads("6-20上午")
        .unchanged();
    talk.press("确认").await.hears(ReplyKey::InstallationDone).changed();
    assert_eq!(talk.words("select day || half from installations").await, "2026-06-20morning");
}

#[tokio::test]
async fn an_invoice_is_made_out_corrected_and_looked_up() {
    let mut talk = Talk::begin().await;
    talk.say(&format!("{DELIVERED}开发票"), &[Intent::Invoice])
        .await
        .hears(ReplyKey::InvoiceAskTitle)
        .press("公司")
        .await;
    talk.hears(ReplyKey::InvoiceAskCompany);
    talk.say("杭州云朵科技有限公司", &[Intent::ProvideInfo]).await.hears(ReplyKey::InvoiceAskTaxNumber);
    talk.say("123", &[Intent::ProvideInfo]).await.hears(ReplyKey::InvoiceTaxNumberWrong).unchanged();
    talk.say("91330106MA2B0001X1", &[Intent::ProvideInfo]).await.hears(ReplyKey::InvoiceConfirm).reads("云朵");
    talk.say("不对，抬头是杭州白云科技有限公司", &[Intent::Invoice])
        .await
        .hears(ReplyKey::InvoiceConfirm)
        .reads("白云");
    talk.unchanged().press("确认").await.hears(ReplyKey::InvoiceDone).changed();
    talk.say("发票开好了没", &[Intent::Invoice]).await.hears(ReplyKey::InvoiceStatus).reads("白云").unchanged();
    talk.say("发票抬头改成个人", &[Intent::Invoice]).await.hears(ReplyKey::InvoiceConfirm).reads("个人");
    talk.press("确认").await.hears(ReplyKey::InvoiceDone).changed();
    talk.say("发票没收到，重新发一下", &[Intent::Invoice]).await.hears(ReplyKey::InvoiceResendCase).changed();
    assert_eq!(talk.words("select title from invoices order by id desc limit 1").await, "个人");
}

#[tokio::test]
async fn a_price_drop_is_paid_once_and_within_its_days() {
    let mut talk = Talk::begin().await;
    talk.say("2026061600042087刚买就降价了", &[Intent::PriceProtection]).await.hears(ReplyKey::PriceProtectionConfirm);
    talk.reads("30 元").unchanged();
    talk.press("确认").await.hears(ReplyKey::PriceProtectionDone).changed();
    talk.say("再申请价保", &[Intent::PriceProtection]).await.hears(ReplyKey::PriceProtectionAlready).unchanged();
    talk.say(&format!("{DELIVERED}价保"), &[Intent::PriceProtection]).await.hears(ReplyKey::PriceProtectionNoDrop);
    talk.say("2026020900053376价保", &[Intent::PriceProtection]).await.hears(ReplyKey::PriceProtectionRefusedWindow);
}

#[tokio::test]
async fn compensation_has_a_ground_and_a_limit() {
    let mut talk = Talk::begin().await;
    talk.say(&format!("{DELIVERED}赔点钱"), &[Intent::Compensation]).await.unchanged();
    talk.fact("update orders set paid_at = paid_at - 86400000 where number = '2026061600042087'").await;
    talk.say("2026061600042087发货太慢赔我", &[Intent::Compensation])
        .await
        .hears(ReplyKey::CompensationConfirm)
        .reads("5 元");
    talk.press("确认").await.hears(ReplyKey::CompensationDone).changed();
    talk.say("2026061600042087再赔点", &[Intent::Compensation]).await.hears(ReplyKey::CompensationAlready).unchanged();
    talk.say(&format!("{DELIVERED}连衣裙有划痕补我20元"), &[Intent::Compensation, Intent::QualityIssue]).await;
    talk.hears(ReplyKey::AfterSaleAskPhoto)
        .photo()
        .await
        .hears(ReplyKey::CompensationConfirm)
        .reads("20 元")
        .unchanged();
    talk.say("20太少，50元", &[Intent::Compensation]).await.hears(ReplyKey::HandoverAuthority).unchanged();
    assert_eq!(talk.owner(), Owner::Waiting);
}

#[tokio::test]
async fn a_review_pays_once() {
    let mut talk = Talk::begin().await;
    talk.say(&format!("{DELIVERED}评价返现"), &[Intent::ReviewCashback])
        .await
        .hears(ReplyKey::CashBackConfirm)
        .unchanged();
    talk.say("好", &[Intent::Affirm]).await.hears(ReplyKey::CashBackDone).changed();
    talk.say("再返一次", &[Intent::ReviewCashback])
        .await
        .press("确认")
        .await
        .hears(ReplyKey::ChangeRefused)
        .unchanged();
    talk.say("2026020900053376评价返现", &[Intent::ReviewCashback]).await.hears(ReplyKey::CashBackRefusedWindow);
    talk.say("2026061600018231评价返现", &[Intent::ReviewCashback]).await.hears(ReplyKey::CashBackRefusedState);
}

#[tokio::test]
async fn the_wallet_is_shown() {
    let mut talk = Talk::begin().await;
    talk.say("我有哪些优惠券", &[Intent::Coupon]).await.unchanged();
    assert!(matches!(talk.keys()[..], [ReplyKey::CouponList | ReplyKey::CouponNone]), "{:?}", talk.keys());
    talk.say("礼品卡还有多少余额", &[Intent::Payment]).await.unchanged();
    assert!(matches!(talk.keys()[..], [ReplyKey::GiftCardList | ReplyKey::GiftCardNone]), "{:?}", talk.keys());
}
