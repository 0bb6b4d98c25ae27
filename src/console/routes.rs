//! Every route with what it needs, in one table: the router and the guard are made from it, so that no route can be
//! without an entry. Leaves to others: the handlers.

use axum::Router;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};

use super::{
    Console, accounts, assets, conversations, desk, figures, guard, learn, live, privacy, search, security, settings,
    sign_in, transcript,
};
use crate::domain::Permission;

/// What a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Public,
    /// To be signed in.
    SignedIn,
    /// A permission.
    Needs(Permission),
}

/// A route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// `get` or `post`.
    pub method: &'static str,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// What it needs.
    pub access: Access,
}

macro_rules! table {
    ($($method:ident $path:literal $access:expr => $handler:path;)+) => {
        /// Every route.
        pub const ROUTES: &[Route] =
            &[$(Route { method: stringify!($method), path: $path, access: $access }),+];

        fn handlers() -> Router<Console> {
            Router::new()$(.route($path, $method($handler)))+
        }
    };
}

use Access::{Needs, Public, SignedIn};
use Permission as P;

table! {
    get "/" SignedIn => conversations::home;
    get "/assets/{version}/{name}" Public => assets::asset;
    get "/sign-in" Public => sign_in::page;
    post "/sign-in" Public => sign_in::sign_in;
    post "/sign-out" SignedIn => sign_in::sign_out;
    get "/invitation/{token}" Public => sign_in::invitation;
    post "/invitation/{token}" Public => sign_in::accept;
    get "/live" Needs(P::Read) => live::stream;
    get "/conversations" Needs(P::Read) => conversations::page;
    post "/conversations/bulk" Needs(P::Label) => conversations::bulk;
    post "/conversations/find" Needs(P::Read) => conversations::find;
    post "/views" Needs(P::Read) => conversations::save_view;
    post "/views/{id}/delete" Needs(P::Read) => conversations::delete_view;
    get "/conversations/{number}" Needs(P::Read) => transcript::page;
    get "/conversations/{number}/thread" Needs(P::Read) => transcript::thread;
    get "/conversations/{number}/context" Needs(P::Read) => transcript::context;
    get "/conversations/{number}/print" Needs(P::Read) => transcript::print;
    get "/conversations/{number}/canned" Needs(P::Reply) => desk::canned;
    post "/conversations/{number}/look" Needs(P::Read) => desk::look;
    post "/conversations/{number}/draft" Needs(P::Reply) => desk::draft;
    post "/conversations/{number}/claim" Needs(P::Reply) => desk::claim;
    post "/conversations/{number}/assign" Needs(P::Assign) => desk::assign;
    post "/conversations/{number}/reply" Needs(P::Reply) => desk::reply;
    post "/conversations/{number}/hand-back" Needs(P::Reply) => desk::hand_back;
    post "/conversations/{number}/resolve" Needs(P::Reply) => desk::resolve;
    post "/conversations/{number}/snooze" Needs(P::Reply) => desk::snooze;
    post "/conversations/{number}/label" Needs(P::Label) => desk::label;
    post "/conversations/{number}/reveal" Needs(P::Reveal) => desk::reveal;
    post "/conversations/{number}/correct" Needs(P::Review) => learn::correct;
    post "/conversations/{number}/judge" Needs(P::Review) => learn::judge;
    post "/conversations/{number}/note" Needs(P::Review) => learn::note;
    get "/conversations/{number}/script" Needs(P::ExportLearning) => learn::script;
    get "/learn" Needs(P::ExportLearning) => learn::page;
    get "/learn/corrections.tsv" Needs(P::ExportLearning) => learn::corrections;
    get "/figures" Needs(P::ReadFigures) => figures::page;
    get "/figures/{figure}" Needs(P::ExportFigures) => figures::table;
    get "/alerts" Needs(P::ReadAlerts) => settings::alerts;
    post "/alerts/{id}/seen" Needs(P::SettleAlerts) => settings::see_alert;
    get "/settings" Needs(P::ManageWords) => settings::page;
    post "/settings/canned" Needs(P::ManageWords) => settings::write_canned;
    post "/settings/canned/{id}/delete" Needs(P::ManageWords) => settings::delete_canned;
    post "/settings/labels" Needs(P::ManageWords) => settings::make_label;
    post "/settings/labels/{id}/delete" Needs(P::ManageWords) => settings::delete_label;
    post "/settings/retention" Needs(P::ManageSettings) => settings::retention;
    get "/audit" Needs(P::ReadAudit) => settings::audit;
    get "/customers/{customer}/export" Needs(P::ExportCustomer) => privacy::export;
    post "/customers/{customer}/erase" Needs(P::EraseCustomer) => privacy::erase;
    get "/staff" Needs(P::ManageStaff) => accounts::page;
    post "/staff" Needs(P::ManageStaff) => accounts::make;
    post "/staff/{id}" Needs(P::ManageStaff) => accounts::change;
    post "/staff/{id}/invite" Needs(P::ManageStaff) => accounts::invite;
    post "/sessions/{id}/end" SignedIn => accounts::end_session;
    get "/account" SignedIn => accounts::own;
    post "/account/language" SignedIn => accounts::language;
    post "/account/password" SignedIn => accounts::password;
    post "/account/codes" SignedIn => accounts::codes;
    get "/search" Needs(P::Read) => search::page;
    post "/search" Needs(P::Read) => search::start;
    get "/search/{token}" Needs(P::Read) => search::results;
}

/// The entry of a route.
pub(super) fn find(method: &Method, path: &str) -> Option<&'static Route> {
    let method = match *method {
        Method::GET | Method::HEAD => "get",
        Method::POST => "post",
        _ => return None,
    };
    ROUTES.iter().find(|route| route.method == method && route.path == path)
}

/// The router with its guard.
pub(super) fn router(console: Console) -> Router {
    handlers()
        .route_layer(from_fn_with_state(console.clone(), guard::guard))
        .layer(from_fn(security::headers))
        .with_state(console)
}
