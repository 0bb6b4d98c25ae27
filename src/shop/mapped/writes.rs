//! The writes that a merchant allows: guarded statements that carry owner and state in their `where`, run in one
//! transaction of the shop's database. What was done already is told by a query, so that a repeat does nothing.
//! Leaves to others: writes that are not mapped, which become service requests ([`Gateway`](crate::shop::Gateway)).

use futures::future::BoxFuture;

use super::mapping::check_parameters;
use super::statement::{Argument, Arguments, Statement};
use super::{MappedShop, MappingError};
use crate::domain::{Money, Timestamp};
use crate::shop::{Change, ShopChange, ShopError};

crate::closed_set! {
    /// A write that can be mapped.
    WriteName {
        /// Cancels an order that has not left.
        CancelOrder = "cancel_order",
        /// Sends an order that has not left to somewhere else.
        ChangeAddress = "change_address",
        /// Adds a remark.
        AddRemark = "add_remark",
        /// Confirms that the goods have arrived.
        ConfirmReceipt = "confirm_receipt",
        /// Asks for a return, exchange, refund or repair.
        CreateReturn = "create_return",
        /// Takes an after-sales request back.
        WithdrawReturn = "withdraw_return",
        /// Asks for an invoice.
        RequestInvoice = "request_invoice",
    }
}

/// A write as it is written in the file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteEntry {
    /// The statements, in order; the first is the guarded one.
    statements: Vec<String>,
    /// A query that gives a row where the write has been done before.
    done: String,
    /// What happens where the guard meets no row.
    #[serde(default)]
    otherwise: Otherwise,
}

crate::closed_set! {
    /// What happens where the guard of a write meets no row.
    Otherwise {
        /// The shopper hears that it cannot be done in this state.
        Refuse = "refuse",
        /// Staff are asked to do it.
        Request = "request",
    }
}

#[allow(clippy::derivable_impls, reason = "the members of a closed set carry no attributes of their own")]
impl Default for Otherwise {
    fn default() -> Self {
        Otherwise::Refuse
    }
}

/// A write, ready to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteStatements {
    statements: Vec<Statement>,
    done: Statement,
    otherwise: Otherwise,
}

/// What came of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It was done now.
    Now,
    /// It had been done before, and nothing was done now.
    Before,
    /// The guard met no row: the order is not in that state, or not the customer's.
    Refused(Otherwise),
}

const COMMON: &[&str] = &["customer", "order", "key", "now", "now_seconds", "now_millis"];

impl WriteName {
    /// The parameters that its statements get.
    pub fn parameters(self) -> Vec<&'static str> {
        let own: &[&str] = match self {
            WriteName::CancelOrder | WriteName::ConfirmReceipt => &[],
            WriteName::ChangeAddress => &["name", "phone", "province", "city", "district", "street"],
            WriteName::AddRemark => &["remark"],
            WriteName::CreateReturn => &["kind", "line", "quantity", "reason", "amount", "amount_cents"],
            WriteName::WithdrawReturn => &["after_sale"],
            WriteName::RequestInvoice => &["title", "tax_number", "email"],
        };
        COMMON.iter().chain(own).copied().collect()
    }

    /// The name of the thing that its guard must name beside the owner.
    fn guarded(self) -> &'static str {
        if self == WriteName::WithdrawReturn { "after_sale" } else { "order" }
    }

    /// The write that a change is, if it can be mapped.
    pub fn of(change: &Change) -> Option<WriteName> {
        Some(match change {
            Change::CancelOrder { .. } => WriteName::CancelOrder,
            Change::ChangeAddress { .. } => WriteName::ChangeAddress,
            Change::AddRemark { .. } => WriteName::AddRemark,
            Change::ConfirmReceipt { .. } => WriteName::ConfirmReceipt,
            Change::CreateAfterSale { .. } => WriteName::CreateReturn,
            Change::WithdrawAfterSale { .. } => WriteName::WithdrawReturn,
            Change::RequestInvoice { .. } => WriteName::RequestInvoice,
            _ => return None,
        })
    }
}

impl WriteStatements {
    /// Checks what can be checked of a write without the database.
    pub(super) fn parse(
        name: WriteName,
        entry: &WriteEntry,
        filled: &dyn Fn(&str, &str) -> Result<String, MappingError>,
    ) -> Result<Self, MappingError> {
        let place = format!("writes.{name}");
        let unguarded = |reason| MappingError::Unguarded { place: place.clone(), reason };
        let known = name.parameters();
        let mut statements = Vec::with_capacity(entry.statements.len());
        for (index, sql) in entry.statements.iter().enumerate() {
            let sql = filled(&place, sql)?;
            let statement = Statement::parse(&place, &sql)?;
            if !matches!(statement.verb().as_str(), "update" | "insert" | "delete") {
                return Err(unguarded("has a statement that is no update, insert or delete"));
            }
            if !sql.to_lowercase().contains("where") {
                return Err(unguarded("has a statement without a where"));
            }
            let must: &[&'static str] = if index == 0 { &["customer", name.guarded()] } else { &[] };
            check_parameters(&place, &statement, &known, must)?;
            if index == 0 && statement.verb() == "insert" && !sql.to_lowercase().contains("not exists") {
                return Err(unguarded("inserts without a not exists"));
            }
            statements.push(statement);
        }
        if statements.is_empty() {
            return Err(unguarded("has no statement"));
        }
        let done_place = format!("{place}.done");
        let done = Statement::parse(&done_place, &filled(&done_place, &entry.done)?)?;
        if !matches!(done.verb().as_str(), "select" | "with") {
            return Err(MappingError::NoQuery { place: done_place, verb: done.verb() });
        }
        check_parameters(&done_place, &done, &known, &["customer", name.guarded()])?;
        Ok(WriteStatements { statements, done, otherwise: entry.otherwise })
    }

    /// The query that tells whether it was done.
    pub fn done(&self) -> &Statement {
        &self.done
    }

    /// The statements that write.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }
}

impl MappedShop {
    /// Whether the mapping can carry a change out itself.
    pub fn writes(&self, change: &Change) -> bool {
        WriteName::of(change).is_some_and(|name| self.inner.mapping.writes.contains_key(&name))
    }

    /// Carries a change out. None where the mapping cannot.
    pub fn write<'a>(
        &'a self,
        change: &'a ShopChange,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Written>, ShopError>> {
        Box::pin(self.write_unboxed(change, now))
    }

    async fn write_unboxed(&self, change: &ShopChange, now: Timestamp) -> Result<Option<Written>, ShopError> {
        let (Some(name), Some(owner)) = (WriteName::of(change.change()), change.owner()) else { return Ok(None) };
        let (Some(write), Some(writer)) = (self.inner.mapping.writes.get(&name), &self.inner.writer) else {
            return Ok(None);
        };
        let mut arguments = arguments(change.change());
        arguments.insert("customer", owner.0.into());
        arguments.insert("key", change.key().into());
        arguments.extend(self.now_arguments(now));
        let dialect = self.inner.mapping.dialect;
        let permit = self.inner.breaker.admit().ok_or(ShopError::WriteAway { write: name })?;
        let run = async {
            // Asked before as well, for a write that would do its work twice without harm to its guard.
            if !self.inner.reader.fetch(write.done.render(dialect, &arguments)).await?.is_empty() {
                return Ok(Written::Before);
            }
            let statements = write.statements.iter().enumerate();
            let statements = statements.map(|(index, statement)| (statement.render(dialect, &arguments), index == 0));
            match writer.write(statements.collect()).await? {
                Some(_) => Ok(Written::Now),
                None if self.inner.reader.fetch(write.done.render(dialect, &arguments)).await?.is_empty() => {
                    Ok(Written::Refused(write.otherwise))
                }
                // Another one did it between the question and the guard.
                None => Ok(Written::Before),
            }
        };
        match run.await {
            Ok(written) => {
                permit.succeeded();
                Ok(Some(written))
            }
            Err(error) => {
                let error: super::FetchError = error;
                if error.is_absence() {
                    permit.failed()
                } else {
                    permit.succeeded()
                }
                Err(ShopError::Write { write: name, fault: error })
            }
        }
    }
}

/// The values of a change by the names that statements use.
fn arguments(change: &Change) -> Arguments {
    let optional = |text: &Option<String>| text.as_deref().map_or(Argument::Null, Argument::from);
    match change {
        Change::CancelOrder { order } | Change::ConfirmReceipt { order } => {
            Arguments::from([("order", order.as_str().into())])
        }
        Change::ChangeAddress { order, receiver } => Arguments::from([
            ("order", order.as_str().into()),
            ("name", receiver.name.as_str().into()),
            ("phone", receiver.phone.as_str().into()),
            ("province", receiver.province.as_str().into()),
            ("city", receiver.city.as_str().into()),
            ("district", receiver.district.as_str().into()),
            ("street", receiver.street.as_str().into()),
        ]),
        Change::AddRemark { order, remark } => {
            Arguments::from([("order", order.as_str().into()), ("remark", remark.as_str().into())])
        }
        Change::CreateAfterSale { order, kind, line, quantity, reason, amount, .. } => Arguments::from([
            ("order", order.as_str().into()),
            ("kind", kind.as_str().into()),
            ("line", line.map_or(Argument::Null, |line| line.0.into())),
            ("quantity", i64::from(*quantity).into()),
            ("reason", reason.as_str().into()),
            ("amount", Argument::Text(yuan(*amount))),
            ("amount_cents", amount.cents().into()),
        ]),
        Change::WithdrawAfterSale { after_sale } => Arguments::from([("after_sale", (*after_sale).into())]),
        Change::RequestInvoice { order, title, tax_number, email } => Arguments::from([
            ("order", order.as_str().into()),
            ("title", title.as_str().into()),
            ("tax_number", optional(tax_number)),
            ("email", optional(email)),
        ]),
        _ => Arguments::new(),
    }
}

fn yuan(amount: Money) -> String {
    let cents = amount.cents();
    format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
}
