//! The wordings by key, read from `prompts/*.toml` and checked against the keys that the code knows.
//! Leaves to others: filling them in (`render`).

use std::collections::BTreeMap;
use std::path::Path;

use crate::domain::ReplyKey;

/// The wordings that are part of the binary.
const EMBEDDED: &[(&str, &str)] = &[
    ("conversation.toml", include_str!("../../prompts/conversation.toml")),
    ("identity.toml", include_str!("../../prompts/identity.toml")),
    ("orders.toml", include_str!("../../prompts/orders.toml")),
    ("after_sale.toml", include_str!("../../prompts/after_sale.toml")),
    ("products.toml", include_str!("../../prompts/products.toml")),
    ("service.toml", include_str!("../../prompts/service.toml")),
    ("labels.toml", include_str!("../../prompts/labels.toml")),
];
const ENGLISH: &str = include_str!("../../prompts/english.toml");
const ENGLISH_NAMES: &str = include_str!("../../prompts/english_names.toml");
const EMBEDDED_NAMES: &str = include_str!("../../prompts/names.toml");

/// Every wording, and the shop's names for the members of closed sets (`order_state.paid` → 待发货).
#[derive(Debug, Clone)]
pub struct Catalog {
    pub(super) wordings: BTreeMap<ReplyKey, Vec<String>>,
    pub(super) names: BTreeMap<String, String>,
}

/// What is wrong with the wordings.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// A file cannot be read.
    #[error("prompts file {file} cannot be read: {source}; check the path given with --prompts")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file is no TOML of the form `"key" = ["wording", …]`.
    #[error("prompts file {file} is not of the form \"key\" = [\"wording\", …]: {message}")]
    Malformed {
        /// The file.
        file: String,
        /// Where and what.
        message: String,
    },
    /// A key that the code does not know.
    #[error("prompts file {file} has a wording for {key:?}, which nothing says; remove it or correct the key")]
    UnknownKey {
        /// The file.
        file: String,
        /// The key.
        key: String,
    },
    /// A key without a wording.
    #[error("no wording for {0}; add it to the prompts")]
    Missing(ReplyKey),
    /// A wording that is no template.
    #[error("the wording for {key} is no valid template: {message}")]
    Template {
        /// The key.
        key: ReplyKey,
        /// Why.
        message: String,
    },
}

impl Catalog {
    /// The wordings that are part of the binary.
    pub fn embedded() -> Result<Self, CatalogError> {
        let files = EMBEDDED.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
        Self::read(files, EMBEDDED_NAMES)
    }

    /// The wordings of a folder laid out like `prompts/`.
    pub fn from_folder(folder: &Path) -> Result<Self, CatalogError> {
        let load = |file: &str| {
            std::fs::read_to_string(folder.join(file))
                .map_err(|source| CatalogError::Unreadable { file: folder.join(file).display().to_string(), source })
        };
        let files = EMBEDDED.iter().map(|(file, _)| Ok(((*file).to_owned(), load(file)?))).collect::<Result<_, _>>()?;
        Self::read(files, &load("names.toml")?)
    }

    /// The English wordings; not every key has one. What has no English name keeps its Chinese one.
    pub fn english() -> Result<Self, CatalogError> {
        let files = vec![("english.toml".to_owned(), ENGLISH.to_owned())];
        let mut catalog = Self::gather(files, EMBEDDED_NAMES)?;
        catalog.names.extend(Self::gather(Vec::new(), ENGLISH_NAMES)?.names);
        Ok(catalog)
    }

    fn read(files: Vec<(String, String)>, names: &str) -> Result<Self, CatalogError> {
        let catalog = Self::gather(files, names)?;
        match ReplyKey::ALL.iter().find(|key| !catalog.wordings.contains_key(key)) {
            Some(missing) => Err(CatalogError::Missing(*missing)),
            None => Ok(catalog),
        }
    }

    fn gather(files: Vec<(String, String)>, names: &str) -> Result<Self, CatalogError> {
        let mut wordings = BTreeMap::new();
        for (file, text) in files {
            let table: BTreeMap<String, Vec<String>> = toml::from_str(&text)
                .map_err(|error| CatalogError::Malformed { file: file.clone(), message: error.to_string() })?;
            for (name, variants) in table {
                let key: ReplyKey =
                    name.parse().map_err(|_| CatalogError::UnknownKey { file: file.clone(), key: name.clone() })?;
                if variants.is_empty() {
                    return Err(CatalogError::Missing(key));
                }
                wordings.insert(key, variants);
            }
        }
        let sets: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(names)
            .map_err(|error| CatalogError::Malformed { file: "names.toml".to_owned(), message: error.to_string() })?;
        let names = sets
            .into_iter()
            .flat_map(|(set, members)| members.into_iter().map(move |(member, name)| (format!("{set}.{member}"), name)))
            .collect();
        Ok(Catalog { wordings, names })
    }

    /// How many wordings a key has.
    pub fn variants(&self, key: ReplyKey) -> usize {
        self.wordings.get(&key).map_or(0, Vec::len)
    }
}
