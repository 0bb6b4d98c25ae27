//! An order that has not left goes somewhere else:
//!
//! > 顾客: 地址填错了
//! > 小二: 新的收货地址发我…… [家 西湖区…] [公司 余杭区…]
//! > 顾客: 杭州市余杭区文一西路969号，电话也换成13800001234
//! > 小二: 请确认新的收货信息：林晓 13800001234，浙江省杭州市余杭区文一西路969号。 [确认] [不了]
//! > 顾客: 不对，是968号
//! > 小二: 请确认新的收货信息：…… 968号。
//!
//! What follows from the rest (the city's province) is not asked. Leaves to others: finding places in words (`nlu`),
//! the guard on the order's state (`shop::writes`).

use super::order_choice::need_order;
use super::proposal::{Proposal, propose};
use super::show::{human_button, order_label, wish_button};
use super::{ActionError, Context, Outcome, need};
use crate::domain::{Button, Event, Intent, OrderState, Phone, Press, Receiver, Reply, ReplyKey, Slot, SlotValue};
use crate::shop::places::{Parents, city_of_province, has_districts, parents_of_district, province_of_city};
use crate::shop::policy::Reach;
use crate::shop::{Address, Change};

/// How many entries of the address book are offered.
const OFFERED: usize = 3;

/// What was said of the new receiver.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Said {
    province: Option<String>,
    city: Option<String>,
    district: Option<String>,
    street: Option<String>,
    name: Option<String>,
    phone: Option<Phone>,
}

/// What is missing for a new receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// Nothing was said yet.
    Everything,
    /// Which city the district is in, or which city of the province.
    City,
    /// Which district.
    District,
    /// Street and house.
    Street,
}

pub(super) async fn run(context: &Context<'_>) -> Result<Outcome, ActionError> {
    let chosen = need!(need_order(context, &[OrderState::AwaitingPayment, OrderState::Paid]).await?);
    let order = &chosen.order;
    let fill = |key| Reply::new(key).with("order", order_label(context, order));
    if !matches!(order.state, OrderState::AwaitingPayment | OrderState::Paid) {
        let on_its_way = order.state == OrderState::Shipped;
        let row = on_its_way.then(|| wish_button(Intent::Logistics, order)).into_iter().chain([human_button()]);
        return Ok(Outcome::refused(fill(ReplyKey::ChangeAddressRefused).with_row(row)).by(chosen.known));
    }
    let saved = context.shop().addresses(&chosen.known.customer).await?;
    let receiver = match from_book(context, &saved) {
        Some(entry) => Ok(entry.receiver.clone()),
        None => merge(&order.receiver, &said(context)),
    };
    let outcome = match receiver {
        Err(missing) => ask(fill(asked(missing).0), missing, &saved),
        Ok(receiver) if receiver == order.receiver => Outcome::refused(fill(ReplyKey::ChangeAddressSame)),
        Ok(receiver) if context.policy().reach(&receiver.province) == Reach::Unreachable => {
            let reply = fill(ReplyKey::ChangeAddressUnreachable).with("province", &receiver.province);
            Outcome::ask(reply, Slot::Address, Vec::new()).after(Event::SlotCleared { slot: Slot::Province })
        }
        Ok(receiver) => {
            // A phone that was just given is shown for checking; one that is on file stays masked.
            let given = receiver.phone != order.receiver.phone && context.text(Slot::Phone).is_some();
            let phone = if given { receiver.phone.to_string() } else { receiver.phone.masked() };
            let listed = |key| {
                fill(key)
                    .with("name", &receiver.name)
                    .with("phone", &phone)
                    .with("address", full_address(&receiver))
                    .with("surcharge", surcharge(context, &receiver))
            };
            let change = Change::ChangeAddress { order: order.number.clone(), receiver: receiver.clone() };
            let (listing, done) = (listed(ReplyKey::ChangeAddressConfirm), listed(ReplyKey::ChangeAddressDone));
            propose(context, &chosen.known.customer, Proposal { change, listing, done })
        }
    };
    Ok(outcome.by(chosen.known))
}

pub(super) fn from_book<'a>(context: &Context<'_>, saved: &'a [Address]) -> Option<&'a Address> {
    match context.tracker.slot(Slot::Address) {
        Some(SlotValue::Number(id)) => saved.iter().find(|entry| entry.id == *id),
        _ => None,
    }
}

pub(super) fn said(context: &Context<'_>) -> Said {
    let text = |slot| context.text(slot).map(str::to_owned);
    Said {
        province: text(Slot::Province),
        city: text(Slot::City),
        district: text(Slot::District),
        street: text(Slot::Street).or_else(|| text(Slot::Address)),
        name: text(Slot::ReceiverName),
        phone: context.text(Slot::Phone).and_then(|phone| phone.parse().ok()),
    }
}

pub(super) fn asked(missing: Missing) -> (ReplyKey, Slot) {
    match missing {
        Missing::Everything => (ReplyKey::ChangeAddressAsk, Slot::Address),
        Missing::City => (ReplyKey::ChangeAddressAskCity, Slot::City),
        Missing::District => (ReplyKey::ChangeAddressAskDistrict, Slot::District),
        Missing::Street => (ReplyKey::ChangeAddressAskStreet, Slot::Street),
    }
}

fn ask(mut reply: Reply, missing: Missing, saved: &[Address]) -> Outcome {
    let mut choices = Vec::new();
    if missing == Missing::Everything {
        for entry in saved.iter().take(OFFERED) {
            let value = SlotValue::Number(entry.id);
            let press = Press::Choose { slot: Slot::Address, value: value.clone() };
            let button = Button::new(ReplyKey::LabelAddress, press)
                .with("name", &entry.receiver.name)
                .with("district", &entry.receiver.district)
                .with("street", super::show::short(&entry.receiver.street));
            reply = reply.with_row([button]);
            choices.push(value);
        }
    }
    Outcome::ask(reply, asked(missing).1, choices)
}

/// The postage that the shop's rules add for the new province, where there is one.
fn surcharge(context: &Context<'_>, receiver: &Receiver) -> Option<String> {
    match context.policy().reach(&receiver.province) {
        Reach::Remote(surcharge) => Some(surcharge.to_string()),
        _ => None,
    }
}

pub(super) fn full_address(receiver: &Receiver) -> String {
    let Receiver { province, city, district, street, .. } = receiver;
    let mut parts = vec![province];
    if city != province {
        parts.push(city);
    }
    if district != city {
        parts.push(district);
    }
    parts.push(street);
    parts.into_iter().map(String::as_str).collect()
}

/// The new receiver: what was said over what was there.
pub(super) fn merge(current: &Receiver, said: &Said) -> Result<Receiver, Missing> {
    let mut receiver = current.clone();
    if let Some(name) = &said.name {
        receiver.name.clone_from(name);
    }
    if let Some(phone) = &said.phone {
        receiver.phone.clone_from(phone);
    }
    let names_place = said.province.is_some() || said.city.is_some() || said.district.is_some();
    if !names_place {
        return match &said.street {
            Some(street) => Ok(Receiver { street: street.clone(), ..receiver }),
            None if receiver == *current => Err(Missing::Everything),
            None => Ok(receiver),
        };
    }
    let (province, city) = province_and_city(current, said)?;
    let same_city = city == current.city;
    let district = match &said.district {
        Some(district) => district.clone(),
        None if !has_districts(&city) => city.clone(),
        None if same_city && said.street.is_some() => current.district.clone(),
        None => return Err(Missing::District),
    };
    let street = said.street.clone().ok_or(Missing::Street)?;
    Ok(Receiver { province, city, district, street, ..receiver })
}

fn province_and_city(current: &Receiver, said: &Said) -> Result<(String, String), Missing> {
    let own = |province: &str, city: &str| (province.to_owned(), city.to_owned());
    if let Some(city) = &said.city {
        let province = said.province.as_deref().or_else(|| province_of_city(city));
        let province = province.or((*city == current.city).then_some(current.province.as_str()));
        return province.map(|province| own(province, city)).ok_or(Missing::City);
    }
    if let Some(province) = &said.province {
        if let Some(city) = city_of_province(province) {
            return Ok(own(province, city));
        }
        return match said.district.as_deref().map(|district| parents_of_district(district, &current.city)) {
            Some(Parents::Known(of, city)) if of == province => Ok(own(province, city)),
            _ if *province == current.province && said.district.is_none() => Ok(own(province, &current.city)),
            _ => Err(Missing::City),
        };
    }
    match parents_of_district(said.district.as_deref().unwrap_or_default(), &current.city) {
        Parents::Known(province, city) => Ok(own(province, city)),
        Parents::Several => Err(Missing::City),
        Parents::Unknown => Ok(own(&current.province, &current.city)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::samples;

    fn said(province: &str, city: &str, district: &str, street: &str) -> Said {
        let part = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Said {
            province: part(province),
            city: part(city),
            district: part(district),
            street: part(street),
            ..Said::default()
        }
    }

    #[test]
    fn what_was_said_goes_over_what_was_there() {
        let current = samples::order(&[(1, 1, 1)]).receiver;
        for (said, expected) in [
            (said("", "", "", ""), Err(Missing::Everything)),
            (said("", "", "", "文二路8号"), Ok("浙江省杭州市西湖区文二路8号")),
            (said("", "", "余杭区", "文一西路969号"), Ok("浙江省杭州市余杭区文一西路969号")),
            (said("", "", "余杭区", ""), Err(Missing::Street)),
            (said("", "", "朝阳区", "建国路1号"), Err(Missing::City)),
            (said("北京市", "", "朝阳区", "建国路1号"), Ok("北京市朝阳区建国路1号")),
            (said("", "宁波市", "", "中山路1号"), Err(Missing::District)),
            (said("", "东莞市", "", "鸿福路1号"), Ok("广东省东莞市鸿福路1号")),
            (said("江苏省", "", "", ""), Err(Missing::City)),
            (said("江苏省", "苏州市", "姑苏区", "人民路3号"), Ok("江苏省苏州市姑苏区人民路3号")),
            (said("", "杭州市", "", "文二路8号"), Ok("浙江省杭州市西湖区文二路8号")),
            (said("", "", "无名新区", "一号路1号"), Ok("浙江省杭州市无名新区一号路1号")),
        ] {
            let merged = merge(&current, &said).map(|receiver| full_address(&receiver));
            assert_eq!(merged.as_deref().map_err(|missing| *missing), expected, "{said:?}");
        }
    }

    #[test]
    fn a_phone_or_name_alone_keeps_the_address() {
        let current = samples::order(&[(1, 1, 1)]).receiver;
        let phone: Phone = "13800001234".parse().expect("a phone");
        let said = Said { phone: Some(phone.clone()), name: Some("王五".to_owned()), ..Said::default() };
        assert_eq!(merge(&current, &said), Ok(Receiver { phone, name: "王五".to_owned(), ..current }));
    }
}
