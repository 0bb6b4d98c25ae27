//! Running one statement on whichever database there is. Both understand `$1`, `on conflict` and `returning`; a body
//! is compiled once for each.

/// Runs `$body` with `$executor` bound to the pool for reading.
macro_rules! on_pool {
    ($store:expr, $executor:ident => $body:expr) => {
        match &$store.pool {
            $crate::store::database::Pool::Sqlite { durable: $executor, .. } => $body,
            $crate::store::database::Pool::Postgres($executor) => $body,
        }
    };
}

/// Runs `$body` with `$connection` bound to the transaction's connection.
macro_rules! on_transaction {
    ($transaction:expr, $connection:ident => $body:expr) => {
        match &mut $transaction.inner {
            $crate::store::transaction::Inner::Sqlite { transaction, .. } => {
                let $connection = &mut **transaction;
                $body
            }
            $crate::store::transaction::Inner::Postgres(transaction) => {
                let $connection = &mut **transaction;
                $body
            }
        }
    };
}

pub(super) use {on_pool, on_transaction};
