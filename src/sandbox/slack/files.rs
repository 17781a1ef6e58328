//! Files: a place to send one to, its content, and the post that shows it.

use bytes::Bytes;
use serde_json::{Value, json};

use super::methods::text;
use super::workspace::{BOT_USER, Post, State, Workspace};

impl State {
    pub(super) fn upload_place(&mut self, arguments: &Value) -> Result<Value, &'static str> {
        let name = text(arguments, "filename")?.to_owned();
        text(arguments, "length")?;
        let id = format!("F{}", self.files.len() + 1);
        self.files.insert(id.clone(), (name, Bytes::new()));
        Ok(json!({"upload_url": format!("{}/upload/{id}", self.base_url), "file_id": id}))
    }

    pub(super) fn complete_upload(&mut self, arguments: &Value) -> Result<Value, &'static str> {
        let channel = text(arguments, "channel_id")?.to_owned();
        let ids = arguments["files"].as_array().ok_or("invalid_arguments")?;
        let mut names = Vec::new();
        for id in ids.iter().filter_map(|file| file["id"].as_str()) {
            let (name, content) = self.files.get(id).ok_or("file_not_found")?;
            if content.is_empty() {
                return Err("file_not_found");
            }
            names.push(name.clone());
        }
        let mut post = Post::new(&channel, self.next_ts(), BOT_USER, "");
        post.thread = arguments["thread_ts"].as_str().map(str::to_owned);
        post.files = names;
        self.posts.push(post);
        Ok(json!({"files": arguments["files"]}))
    }
}

impl Workspace {
    /// Takes a file's content.
    pub(super) fn take_file(&self, id: &str, content: Bytes) -> bool {
        let mut state = self.lock();
        let Some(file) = state.files.get_mut(id) else { return false };
        file.1 = content;
        true
    }

    /// A file's content.
    pub fn file(&self, id: &str) -> Option<Bytes> {
        self.lock().files.get(id).map(|(_, content)| content.clone())
    }
}
