//! The methods of the Bot API that the bot uses, with Telegram's limits and its words for what is wrong.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::Shared;
use super::markup::parse_html;
use super::server::number;
use super::state::{BOT, Sent, State, Webhook};
use crate::channel::telegram::format::{CAPTION_LIMIT, MESSAGE_LIMIT, utf16_length};

type Parameters = Map<String, Value>;

/// A refusal in Telegram's words.
#[derive(Debug)]
pub(super) struct Refused {
    pub code: u16,
    pub description: String,
    pub retry_after: Option<u64>,
}

fn bad(description: &str) -> Refused {
    Refused { code: 400, description: format!("Bad Request: {description}"), retry_after: None }
}

fn text<'a>(parameters: &'a Parameters, name: &str) -> Option<&'a str> {
    parameters.get(name)?.as_str()
}

/// Waits for updates as long as the bot asks; a second request ends the first.
pub(super) async fn get_updates(shared: &Arc<Shared>, parameters: &Parameters) -> Result<Value, Refused> {
    let offset = number(parameters, "offset").unwrap_or(0);
    let most = number(parameters, "limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(100).clamp(1, 100);
    let end = Instant::now() + Duration::from_secs(number(parameters, "timeout").unwrap_or(0).unsigned_abs());
    let conflict = |what: &str| Refused { code: 409, description: format!("Conflict: {what}"), retry_after: None };
    let turn = {
        let mut state = shared.state();
        if state.webhook.is_some() {
            return Err(conflict("can't use getUpdates method while webhook is active"));
        }
        state.polls += 1;
        state.polls
    };
    shared.arrived.notify_waiters();
    loop {
        let arrived = shared.arrived.notified();
        {
            let mut state = shared.state();
            if state.polls != turn {
                return Err(conflict(
                    "terminated by other getUpdates request; make sure that only one bot instance is running",
                ));
            }
            let updates = state.updates(offset, most);
            if !updates.is_empty() || Instant::now() >= end {
                return Ok(Value::Array(updates));
            }
        }
        let left = end.saturating_duration_since(Instant::now());
        // The time is over: one more look, then an empty answer.
        let _ = tokio::time::timeout(left, arrived).await;
    }
}

/// Any other method.
pub(super) fn run(state: &mut State, method: &str, parameters: &Parameters) -> Result<Value, Refused> {
    match method {
        "getme" => Ok(json!({
            "id": BOT, "is_bot": true, "first_name": "小二", "username": "xiaoer_bot", "can_join_groups": true,
            "can_read_all_group_messages": false, "supports_inline_queries": false, "can_connect_to_business": false,
            "has_main_web_app": false,
        })),
        "setwebhook" => {
            let url = text(parameters, "url").unwrap_or_default().to_owned();
            let connections = number(parameters, "max_connections").and_then(|most| usize::try_from(most).ok());
            let secret = text(parameters, "secret_token").map(str::to_owned);
            state.webhook = (!url.is_empty()).then(|| Webhook { url, secret, connections: connections.unwrap_or(40) });
            Ok(json!(true))
        }
        "deletewebhook" => {
            state.webhook = None;
            Ok(json!(true))
        }
        "setmycommands" => set_commands(state, parameters),
        "sendchataction" => {
            reach(state, parameters)?;
            Ok(json!(true))
        }
        "sendmessage" => {
            let chat = sendable(state, parameters)?;
            let words = words(parameters, "text", MESSAGE_LIMIT)?;
            if words.is_empty() {
                return Err(bad("message text is empty"));
            }
            deliver(state, parameters, chat, words, None)
        }
        "sendphoto" => {
            let chat = sendable(state, parameters)?;
            let words = words(parameters, "caption", CAPTION_LIMIT)?;
            // An upload comes as a part of its own, which the field names.
            let photo = text(parameters, "photo").and_then(|photo| match photo.strip_prefix("attach://") {
                Some(part) => text(parameters, part)?.strip_prefix("upload:").map(str::to_owned),
                None => Some(photo.strip_prefix("upload:").unwrap_or(photo).to_owned()),
            });
            let Some(photo) = photo else { return Err(bad("there is no photo in the request")) };
            if photo.contains("broken") {
                return Err(bad("wrong file identifier/HTTP URL specified"));
            }
            deliver(state, parameters, chat, words, Some(photo))
        }
        "editmessagetext" | "editmessagecaption" | "editmessagereplymarkup" => edit(state, method, parameters),
        "deletemessage" => {
            let chat = reach(state, parameters)?;
            match number(parameters, "message_id").is_some_and(|message| state.delete(chat, message)) {
                true => Ok(json!(true)),
                false => Err(bad("message to delete not found")),
            }
        }
        "answercallbackquery" => {
            let query = text(parameters, "callback_query_id").unwrap_or_default();
            match state.presses.get_mut(query) {
                Some(answered) => {
                    *answered = true;
                    Ok(json!(true))
                }
                None => Err(bad("query is too old and response timeout expired or query ID is invalid")),
            }
        }
        "getfile" => {
            let id = text(parameters, "file_id").unwrap_or_default();
            Ok(json!({ "file_id": id, "file_unique_id": id, "file_size": 1, "file_path": format!("photos/{id}.jpg") }))
        }
        "createforumtopic" => {
            let thread = state.new_thread();
            let name = text(parameters, "name").unwrap_or_default();
            Ok(json!({ "message_thread_id": thread, "name": name, "icon_color": 7_322_096 }))
        }
        "closeforumtopic" | "reopenforumtopic" | "editforumtopic" => Ok(json!(true)),
        _ => Err(Refused { code: 404, description: "Not Found: method not found".to_owned(), retry_after: None }),
    }
}

fn set_commands(state: &mut State, parameters: &Parameters) -> Result<Value, Refused> {
    let commands = parameters.get("commands").and_then(Value::as_array).cloned().unwrap_or_default();
    for command in &commands {
        let name = command["command"].as_str().unwrap_or_default();
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if !(1..=32).contains(&name.len()) || !name.bytes().all(allowed) {
            return Err(bad("BOT_COMMAND_INVALID"));
        }
        if !(1..=256).contains(&command["description"].as_str().unwrap_or_default().chars().count()) {
            return Err(bad("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
    }
    state.menus.push(Value::Object(parameters.clone()));
    Ok(json!(true))
}

fn reach(state: &State, parameters: &Parameters) -> Result<i64, Refused> {
    let Some(chat) = number(parameters, "chat_id") else { return Err(bad("chat_id is empty")) };
    if state.is_blocked(chat) {
        let description =
            if chat < 0 { "bot was kicked from the supergroup chat" } else { "bot was blocked by the user" };
        return Err(Refused { code: 403, description: format!("Forbidden: {description}"), retry_after: None });
    }
    if !state.is_known(chat) {
        return Err(bad("chat not found"));
    }
    Ok(chat)
}

fn sendable(state: &mut State, parameters: &Parameters) -> Result<i64, Refused> {
    let chat = reach(state, parameters)?;
    if let Some(seconds) = state.must_wait(chat) {
        return Err(Refused {
            code: 429,
            description: format!("Too Many Requests: retry after {seconds}"),
            retry_after: Some(seconds),
        });
    }
    Ok(chat)
}

/// The words without markup, within the limit.
fn words(parameters: &Parameters, name: &str, limit: usize) -> Result<String, Refused> {
    let raw = text(parameters, name).unwrap_or_default();
    let words = match text(parameters, "parse_mode") {
        Some("HTML") => parse_html(raw).map_err(|error| bad(&format!("can't parse entities: {error}")))?,
        _ => raw.to_owned(),
    };
    if utf16_length(&words) > limit {
        return Err(bad(if name == "caption" { "message caption is too long" } else { "message is too long" }));
    }
    Ok(words.trim().to_owned())
}

type Buttons = Vec<Vec<(String, String)>>;

fn keyboard(parameters: &Parameters) -> Result<(Buttons, bool), Refused> {
    let Some(markup) = parameters.get("reply_markup") else { return Ok((Vec::new(), false)) };
    let asks_contact = markup["keyboard"].as_array().into_iter().flatten().flat_map(|row| row.as_array()).flatten();
    let asks_contact = asks_contact.into_iter().any(|button| button["request_contact"] == json!(true));
    let mut rows = Vec::new();
    for row in markup["inline_keyboard"].as_array().into_iter().flatten() {
        let mut buttons = Vec::new();
        for button in row.as_array().into_iter().flatten() {
            let label = button["text"].as_str().unwrap_or_default();
            let data = button["callback_data"].as_str().unwrap_or_default();
            if label.is_empty() {
                return Err(bad("can't parse inline keyboard button: Field \"text\" must be non-empty"));
            }
            if !(1..=64).contains(&data.len()) {
                return Err(bad("BUTTON_DATA_INVALID"));
            }
            buttons.push((label.to_owned(), data.to_owned()));
        }
        rows.push(buttons);
    }
    if rows.iter().map(Vec::len).sum::<usize>() > 100 || rows.iter().any(|row| row.len() > 8) {
        return Err(bad("reply markup is too long"));
    }
    Ok((rows, asks_contact))
}

fn deliver(
    state: &mut State,
    parameters: &Parameters,
    chat: i64,
    words: String,
    photo: Option<String>,
) -> Result<Value, Refused> {
    let (buttons, asks_contact) = keyboard(parameters)?;
    let mut message = state.new_message(chat, true);
    let raw = text(parameters, "text").or_else(|| text(parameters, "caption")).unwrap_or_default();
    let sent = Sent {
        message: message["message_id"].as_i64().unwrap_or(0),
        text: words.clone(),
        markup: raw.to_owned(),
        photo: photo.clone(),
        buttons,
        asks_contact,
        silent: parameters.get("disable_notification") == Some(&json!(true)),
        thread: number(parameters, "message_thread_id"),
        edits: 0,
        at: Instant::now(),
    };
    state.keep_sent(chat, sent);
    match photo {
        Some(photo) => {
            let file = if photo.starts_with("FILE") { photo } else { state.new_file() };
            message["photo"] =
                json!([{ "file_id": file, "file_unique_id": file, "width": 90, "height": 90, "file_size": 1 }]);
            message["caption"] = json!(words);
        }
        None => message["text"] = json!(words),
    }
    Ok(message)
}

fn edit(state: &mut State, method: &str, parameters: &Parameters) -> Result<Value, Refused> {
    let chat = reach(state, parameters)?;
    let (buttons, _) = keyboard(parameters)?;
    let words = match method {
        "editmessagetext" => Some(words(parameters, "text", MESSAGE_LIMIT)?),
        "editmessagecaption" => Some(words(parameters, "caption", CAPTION_LIMIT)?),
        _ => None,
    };
    let date = jiff::Timestamp::now().as_second();
    let frame = state.chat_json(chat);
    let message = number(parameters, "message_id").unwrap_or(0);
    let Some(sent) = state.sent_mut(chat, message) else { return Err(bad("message to edit not found")) };
    if method == "editmessagetext" && sent.photo.is_some() {
        return Err(bad("there is no text in the message to edit"));
    }
    let words = words.unwrap_or_else(|| sent.text.clone());
    if words == sent.text && buttons == sent.buttons {
        return Err(bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a current \
             content and reply markup of the message",
        ));
    }
    sent.text = words.clone();
    sent.buttons = buttons;
    sent.edits += 1;
    Ok(json!({
        "message_id": message, "date": date, "edit_date": date, "chat": frame, "text": words,
        "from": { "id": BOT, "is_bot": true, "first_name": "小二" },
    }))
}
