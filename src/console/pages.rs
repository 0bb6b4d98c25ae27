//! Pages from templates: everything is escaped, every word of the interface comes from `words/`, in Chinese and
//! English. Leaves to others: what is shown (the handlers).

use std::collections::HashMap;
use std::sync::Arc;

use axum::http::{HeaderMap, header};
use axum::response::Html;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, State, UndefinedBehavior};

use super::ConsoleError;
use super::state::Staff;

const TEMPLATES: &[(&str, &str)] = &[
    ("account.html", include_str!("pages/account.html")),
    ("alerts.html", include_str!("pages/alerts.html")),
    ("audit.html", include_str!("pages/audit.html")),
    ("base.html", include_str!("pages/base.html")),
    ("context.html", include_str!("pages/context.html")),
    ("conversation.html", include_str!("pages/conversation.html")),
    ("conversations.html", include_str!("pages/conversations.html")),
    ("figures.html", include_str!("pages/figures.html")),
    ("invitation.html", include_str!("pages/invitation.html")),
    ("learn.html", include_str!("pages/learn.html")),
    ("list.html", include_str!("pages/list.html")),
    ("print.html", include_str!("pages/print.html")),
    ("search.html", include_str!("pages/search.html")),
    ("settings.html", include_str!("pages/settings.html")),
    ("sign_in.html", include_str!("pages/sign_in.html")),
    ("staff.html", include_str!("pages/staff.html")),
    ("thread.html", include_str!("pages/thread.html")),
];
const CHINESE: &str = include_str!("words/zh.toml");
const ENGLISH: &str = include_str!("words/en.toml");
/// The names that shoppers read too.
const NAMES: &str = include_str!("../../prompts/names.toml");

crate::closed_set! {
    /// The languages of the pages.
    Language {
        /// 简体中文
        Chinese = "zh",
        /// English
        English = "en",
    }
}

impl Language {
    /// The one that the browser asks for; Chinese where it says nothing.
    pub fn accepted(headers: &HeaderMap) -> Self {
        let text = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let wanted = text.split(',').map(|part| part.split(';').next().unwrap_or_default().trim().to_lowercase());
        for name in wanted {
            match name.get(..2) {
                Some("zh") => return Language::Chinese,
                Some("en") => return Language::English,
                _ => {}
            }
        }
        Language::Chinese
    }
}

/// The pages or their words are wrong.
#[derive(Debug, thiserror::Error)]
pub enum PagesError {
    /// A template does not compile or render.
    #[error("the console's page {page} is wrong: {source}: this is a bug")]
    Template {
        /// Which.
        page: String,
        /// Why.
        source: minijinja::Error,
    },
    /// A file of words is wrong.
    #[error("the console's words {file} are wrong: {reason}: this is a bug")]
    Words {
        /// Which.
        file: &'static str,
        /// Why.
        reason: String,
    },
}

type Words = HashMap<String, String>;

/// The templates with their words.
pub(super) struct Pages {
    environment: Environment<'static>,
    chinese: Arc<Words>,
    english: Arc<Words>,
}

/// What every page knows.
#[derive(serde::Serialize)]
struct Shell<'a, T> {
    lang: &'static str,
    me: Option<Me<'a>>,
    csrf: &'a str,
    version: &'static str,
    #[serde(flatten)]
    page: T,
}

#[derive(serde::Serialize)]
struct Me<'a> {
    login: &'a str,
    name: &'a str,
    role: &'static str,
    own_only: bool,
    may: HashMap<&'static str, bool>,
}

fn words(file: &'static str, text: &str) -> Result<Words, PagesError> {
    let table: toml::Table =
        toml::from_str(text).map_err(|error| PagesError::Words { file, reason: error.to_string() })?;
    let mut words = Words::new();
    for (section, entries) in table {
        for (key, value) in entries.as_table().into_iter().flatten() {
            let value = value.as_str().ok_or_else(|| PagesError::Words { file, reason: format!("{section}.{key}") })?;
            words.insert(format!("{section}.{key}"), value.to_owned());
        }
    }
    Ok(words)
}

/// The word of a key; a stable name without one is read as it is.
fn word<'a>(words: &'a Words, key: &'a str) -> std::borrow::Cow<'a, str> {
    match words.get(key) {
        Some(word) => word.into(),
        None => key.rsplit('.').next().unwrap_or(key).replace('_', " ").into(),
    }
}

impl Pages {
    /// The templates in the binary.
    pub fn embedded() -> Result<Self, PagesError> {
        let mut chinese = words("names.toml", NAMES)?;
        chinese.extend(words("zh.toml", CHINESE)?);
        let english = words("en.toml", ENGLISH)?;
        let (chinese, english) = (Arc::new(chinese), Arc::new(english));
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Lenient);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        let (zh, en) = (chinese.clone(), english.clone());
        let translate = move |state: &State<'_, '_>, key: &str| -> String {
            let is_english = state.lookup("lang").is_some_and(|lang| lang.as_str() == Some("en"));
            word(if is_english { &en } else { &zh }, key).into_owned()
        };
        environment.add_function("t", translate);
        environment.add_filter("urlencode", |text: &str| super::conversations::encoded(text));
        for (name, text) in TEMPLATES {
            environment
                .add_template(name, text)
                .map_err(|source| PagesError::Template { page: (*name).to_owned(), source })?;
        }
        Ok(Pages { environment, chinese, english })
    }

    /// A word of the pages.
    pub fn word(&self, language: Language, key: &str) -> String {
        let words = if language == Language::English { &self.english } else { &self.chinese };
        word(words, key).into_owned()
    }

    /// A page for somebody who is signed in.
    pub fn page(&self, name: &str, staff: &Staff, page: impl serde::Serialize) -> Result<Html<String>, ConsoleError> {
        let permissions = crate::domain::Permission::ALL.iter();
        let me = Me {
            login: staff.login(),
            name: &staff.account.name,
            role: staff.account.role.as_str(),
            own_only: staff.account.own_only,
            may: permissions.map(|permission| (permission.as_str(), staff.may(*permission))).collect(),
        };
        let lang = staff.language.as_str();
        self.render(name, Shell { lang, me: Some(me), csrf: &staff.csrf, version: super::assets::version(), page })
    }

    /// A page for somebody who is not.
    pub fn public(
        &self,
        name: &str,
        language: Language,
        page: impl serde::Serialize,
    ) -> Result<Html<String>, ConsoleError> {
        self.render(
            name,
            Shell { lang: language.as_str(), me: None, csrf: "", version: super::assets::version(), page },
        )
    }

    fn render(&self, name: &str, shell: impl serde::Serialize) -> Result<Html<String>, ConsoleError> {
        let wrong = |source| PagesError::Template { page: name.to_owned(), source };
        let template = self.environment.get_template(name).map_err(wrong)?;
        let text = template.render(Serde(&shell)).map_err(wrong)?;
        Ok(Html(text))
    }
}

impl std::fmt::Debug for Pages {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Pages").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_pages_is_there_in_both_languages() {
        let chinese = words("zh.toml", CHINESE).unwrap();
        let english = words("en.toml", ENGLISH).unwrap();
        let pattern = regex::Regex::new(r#"\bt\('([a-z_.]+)'\)"#).unwrap();
        let mut missing = Vec::new();
        for (name, text) in TEMPLATES {
            for found in pattern.captures_iter(text) {
                for (language, words) in [("zh", &chinese), ("en", &english)] {
                    if !words.contains_key(&found[1]) {
                        missing.push(format!("{name}: {} in {language}", &found[1]));
                    }
                }
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn what_people_type_is_escaped() {
        let pages = Pages::embedded().unwrap();
        let page = serde_json::json!({ "fault": "<script>alert(1)</script>" });
        let html = pages.public("sign_in.html", Language::English, page).unwrap().0;
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script>alert"), "{html}");
    }

    #[test]
    fn the_browser_says_the_language() {
        let language = |text: &str| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, text.parse().unwrap())]);
            Language::accepted(&headers)
        };
        assert_eq!(language("en-GB,en;q=0.9,zh;q=0.5"), Language::English);
        assert_eq!(language("fr, zh-CN;q=0.8, en;q=0.5"), Language::Chinese);
        assert_eq!(Language::accepted(&HeaderMap::new()), Language::Chinese);
    }
}
