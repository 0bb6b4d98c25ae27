//! Applying a change: once per key, guarded, whole or not at all. Each file holds one subject; each write has owner
//! and state in its `where`, so that a fact that changed meanwhile refuses it.
//! Leaves to others: the transaction around it (`store` commits events, changes and outbox together).

mod after_sales;
mod decisions;
mod money;
mod orders;
mod place;
mod requests;
mod service;
#[cfg(test)]
mod tests;

use sqlx::sqlite::SqliteRow;
use sqlx::{Connection, Row, SqliteConnection};

use super::rows::{optional_moment, parsed};
use super::{Applied, Change, Effect, Refused, Shop, ShopChange, ShopError, WriteRules};
use crate::domain::{CustomerId, Money, OrderNumber, OrderState, Timestamp};

/// Applies `change` inside the caller's transaction. A refusal leaves nothing behind; a key that was applied before
/// gives the same effect again and does nothing. Begin the transaction with [`Shop::begin_write`].
pub async fn apply(
    connection: &mut SqliteConnection,
    change: &ShopChange,
    rules: &WriteRules,
    now: Timestamp,
) -> Result<Result<Applied, Refused>, ShopError> {
    let kind = kind_of(change.change())?;
    if let Some(earlier) = earlier(connection, change, &kind).await? {
        return Ok(earlier);
    }
    // A savepoint: what a compound change did before it was refused is undone.
    let mut step = connection.begin().await?;
    let mut write = Write { connection: &mut step, owner: change.owner(), rules, now, key: change.key() };
    match write.run(change.change()).await {
        Ok(effect) => {
            let text = serde_json::to_string(&effect).map_err(|error| ShopError::bad_value("effect", error))?;
            sqlx::query(
                "insert into applied_changes (key, kind, customer_id, applied_at, applied) values (?1, ?2, ?3, ?4, ?5)",
            )
            .bind(change.key())
            .bind(kind)
            .bind(change.owner().map(|owner| owner.0))
            .bind(now.millis())
            .bind(text)
            .execute(&mut *step)
            .await?;
            step.commit().await?;
            Ok(Ok(Applied { effect, repeated: false }))
        }
        Err(Stop::Refused(refused)) => {
            step.rollback().await?;
            Ok(Err(refused))
        }
        Err(Stop::Fault(fault)) => {
            step.rollback().await?;
            Err(fault)
        }
    }
}

impl Shop {
    /// A transaction that holds the right to write from its beginning, so that what it reads cannot change under it.
    pub async fn begin_write(&self) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>, ShopError> {
        Ok(self.pool.begin_with("begin immediate").await?)
    }

    /// Applies one change in a transaction of its own.
    pub async fn apply(
        &self,
        change: &ShopChange,
        rules: &WriteRules,
        now: Timestamp,
    ) -> Result<Result<Applied, Refused>, ShopError> {
        let mut transaction = self.begin_write().await?;
        let outcome = apply(&mut transaction, change, rules, now).await?;
        transaction.commit().await?;
        Ok(outcome)
    }
}

/// The name of a change as it is written in files.
fn kind_of(change: &Change) -> Result<String, ShopError> {
    let value = serde_json::to_value(change).map_err(|error| ShopError::bad_value("change", error))?;
    Ok(value["change"].as_str().unwrap_or_default().to_owned())
}

async fn earlier(
    connection: &mut SqliteConnection,
    change: &ShopChange,
    kind: &str,
) -> Result<Option<Result<Applied, Refused>>, ShopError> {
    let row = sqlx::query("select kind, customer_id, applied from applied_changes where key = ?1")
        .bind(change.key())
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let same_owner = row.try_get::<Option<i64>, _>("customer_id")? == change.owner().map(|owner| owner.0);
    if !same_owner || row.try_get::<&str, _>("kind")? != kind {
        return Ok(Some(Err(Refused::Malformed)));
    }
    let effect =
        serde_json::from_str(row.try_get("applied")?).map_err(|error| ShopError::bad_value("applied", error))?;
    Ok(Some(Ok(Applied { effect, repeated: true })))
}

/// Why a write ends early.
enum Stop {
    Refused(Refused),
    Fault(ShopError),
}

impl From<Refused> for Stop {
    fn from(refused: Refused) -> Self {
        Stop::Refused(refused)
    }
}

impl From<ShopError> for Stop {
    fn from(fault: ShopError) -> Self {
        Stop::Fault(fault)
    }
}

impl From<sqlx::Error> for Stop {
    fn from(fault: sqlx::Error) -> Self {
        Stop::Fault(fault.into())
    }
}

type Step<T> = Result<T, Stop>;

/// One write under way.
struct Write<'a> {
    connection: &'a mut SqliteConnection,
    owner: Option<CustomerId>,
    rules: &'a WriteRules,
    now: Timestamp,
    key: &'a str,
}

/// What a write has to know of an order.
struct Found {
    id: i64,
    state: OrderState,
    paid_at: Option<Timestamp>,
    delivered_at: Option<Timestamp>,
    shipping_fee: Money,
    total: Money,
    gift_card: Money,
    discount: Money,
    payment_method: String,
    shipping_urged_at: Option<Timestamp>,
    courier_urged_at: Option<Timestamp>,
}

impl Found {
    fn read(row: &SqliteRow) -> Result<Self, ShopError> {
        let money = |column: &str| row.try_get(column).map(Money::from_cents);
        Ok(Found {
            id: row.try_get("id")?,
            state: parsed(row, "state")?,
            paid_at: optional_moment(row, "paid_at")?,
            delivered_at: optional_moment(row, "delivered_at")?,
            shipping_fee: money("shipping_fee")?,
            total: money("total")?,
            gift_card: money("gift_card")?,
            discount: money("discount")?,
            payment_method: row.try_get("payment_method")?,
            shipping_urged_at: optional_moment(row, "shipping_urged_at")?,
            courier_urged_at: optional_moment(row, "courier_urged_at")?,
        })
    }

    /// Refuses unless the order stands in one of `states`.
    fn must_be(&self, states: &[OrderState]) -> Step<()> {
        if states.contains(&self.state) { Ok(()) } else { Err(Refused::WrongState { state: self.state }.into()) }
    }
}

impl Write<'_> {
    async fn run(&mut self, change: &Change) -> Step<Effect> {
        if self.rules.orders_elsewhere && !change.is_own() {
            return self.file_request(change).await;
        }
        match change {
            Change::CancelOrder { order } => self.cancel(order).await,
            Change::ChangeAddress { order, receiver } => self.change_address(order, receiver).await,
            Change::ChangeVariant { order, line, variant } => self.change_variant(order, *line, *variant).await,
            Change::ChangeQuantity { order, line, quantity } => self.change_quantity(order, *line, *quantity).await,
            Change::AddRemark { order, remark } => self.add_remark(order, remark).await,
            Change::UrgeShipping { order } => self.urge_shipping(order).await,
            Change::UrgeCourier { order } => self.urge_courier(order).await,
            Change::ConfirmReceipt { order } => self.confirm_receipt(order).await,
            Change::PlaceOrder { .. } => self.place(change).await,
            Change::CreateAfterSale { .. } => self.create_after_sale(change).await,
            Change::WithdrawAfterSale { after_sale } => self.withdraw_after_sale(*after_sale).await,
            Change::DecideAfterSale { after_sale, to } => self.decide_after_sale(*after_sale, *to).await,
            Change::RequestInvoice { order, title, tax_number, email } => {
                self.request_invoice(order, title, tax_number.as_deref(), email.as_deref()).await
            }
            Change::ChangeInvoice { order, title, tax_number, email } => {
                self.change_invoice(order, title, tax_number.as_deref(), email.as_deref()).await
            }
            Change::ApplyPriceProtection { order, line, amount } => self.protect_price(order, *line, *amount).await,
            Change::Compensate { order, amount, reason } => self.compensate(order, *amount, reason).await,
            Change::RequestCashBack { order, amount } => self.request_cash_back(order, *amount).await,
            Change::BookInstallation { order, line, day, afternoon } => {
                self.book_installation(order, *line, *day, *afternoon).await
            }
            Change::OpenCase { conversation, kind, summary, order, promised_at } => {
                self.open_case(conversation, kind, summary, order.as_ref(), *promised_at).await
            }
            Change::CloseCase { case, resolution } => self.close_case(*case, resolution).await,
            Change::SubscribeRestock { conversation, variant } => self.subscribe(conversation, *variant).await,
            Change::UnsubscribeRestock { conversation, variant } => self.unsubscribe(conversation, *variant).await,
            Change::MarkRestockNotified { notice } => self.mark_notified(*notice).await,
            Change::RecordInteraction { product, kind, rating } => self.record(*product, *kind, *rating).await,
            Change::EraseMyData => self.erase().await,
        }
    }

    fn owner(&self) -> Step<CustomerId> {
        self.owner.ok_or(Stop::Refused(Refused::NotFound))
    }

    /// The owner's order of that number.
    async fn found(&mut self, number: &OrderNumber) -> Step<Found> {
        let owner = self.owner()?;
        let row = sqlx::query("select * from orders where number = ?1 and customer_id = ?2")
            .bind(number.as_str())
            .bind(owner.0)
            .fetch_optional(&mut *self.connection)
            .await?
            .ok_or(Refused::NotFound)?;
        Ok(Found::read(&row)?)
    }
}

/// Refuses if the guarded statement met no row: the order moved on since it was read.
fn must_have_met(rows: u64, found: &Found) -> Step<()> {
    if rows == 0 { Err(Refused::WrongState { state: found.state }.into()) } else { Ok(()) }
}
