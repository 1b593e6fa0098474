//! The bytes of files that people sent, as a local Bot API server keeps them: in a folder, by a path that it tells.

use std::{collections::HashMap, env, fs, path::PathBuf};

use serde_json::{Value, json};

/// Files by their ids. The folder is there once it has one, and goes with this.
pub(super) struct Files {
    pub(super) folder: PathBuf,
    known: HashMap<String, Value>,
}

impl Files {
    pub(super) fn new() -> Self {
        let name = format!("ostankino-chat-{:016x}", fastrand::u64(..));
        Self {
            folder: env::temp_dir().join(name),
            known: HashMap::new(),
        }
    }

    pub(super) fn add(&mut self, id: &str, bytes: &[u8]) {
        fs::create_dir_all(&self.folder).expect("a folder for files");
        let folder = self.folder.canonicalize().expect("it was just made");
        let path = folder.join(format!("file_{}", self.known.len()));
        fs::write(&path, bytes).expect("a file is written");
        let told = json!({
            "file_id": id, "file_unique_id": format!("{id}-unique"),
            "file_size": bytes.len(), "file_path": path.to_str(),
        });
        self.known.insert(id.to_owned(), told);
    }

    /// What `getFile` answers about that one.
    pub(super) fn told(&self, id: Option<&Value>) -> Option<Value> {
        self.known.get(id?.as_str()?).cloned()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        if !self.known.is_empty() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}
