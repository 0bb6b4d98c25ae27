//! The model in service: swapped in without a pause, with the way back. Leaves to others: when to swap.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::image::ImageError;
use super::model::Model;

/// A handle that all threads share. A request that has begun keeps the model it began with.
#[derive(Debug, Clone)]
pub struct Handle {
    path: PathBuf,
    current: Arc<RwLock<Arc<Model>>>,
}

impl Handle {
    /// Opens the model at `path`.
    pub fn open(path: &Path) -> Result<Self, ImageError> {
        Ok(Handle::new(path, Model::open(path)?))
    }

    /// Serves a model that is in memory already; `path` is where later ones are read from.
    pub fn new(path: &Path, model: Model) -> Self {
        Handle { path: path.to_owned(), current: Arc::new(RwLock::new(Arc::new(model))) }
    }

    /// The model that serves now.
    pub fn current(&self) -> Arc<Model> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the file anew and serves it from the next request on. If it cannot be used, the present model goes on.
    pub fn reload(&self) -> Result<Arc<Model>, ImageError> {
        self.put(Model::open(&self.path)?)
    }

    /// Goes back to the model before the present file.
    pub fn back(&self) -> Result<Arc<Model>, ImageError> {
        self.put(Model::open_previous(&self.path)?)
    }

    fn put(&self, model: Model) -> Result<Arc<Model>, ImageError> {
        let model = Arc::new(model);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&model);
        Ok(model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recommender::{Interaction, Kind, TrainOptions, train};

    fn model(items: i64) -> Model {
        let all = (0..items).map(|item| Interaction { customer: item % 3, item, kind: Kind::Buy, at_millis: 0 });
        train(all, &TrainOptions::default(), &|_| {}).expect("trained")
    }

    #[test]
    fn a_new_file_is_served_and_the_last_can_come_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("recommender.model");
        model(6).write(&path).expect("written");
        let handle = Handle::open(&path).expect("opened");
        let begun = handle.current();
        model(9).write(&path).expect("written");
        assert_eq!(handle.reload().expect("reloaded").items().len(), 9);
        assert_eq!(begun.items().len(), 6);
        assert_eq!(handle.back().expect("back").items().len(), 6);
        std::fs::write(&path, b"nonsense").expect("written");
        assert!(handle.reload().is_err());
        assert_eq!(handle.current().items().len(), 6);
    }
}
