//! The workspace: its people, channels, posts and files. Clones are the same workspace.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde_json::{Value, json};

use crate::clock::{Clock as _, SystemClock};

/// The token the installed app shows.
pub const BOT_TOKEN: &str = "xoxb-stand-in";
/// The app-level token, for sockets.
pub const APP_TOKEN: &str = "xapp-stand-in";
/// The app's id and secret, for installing it.
pub const CLIENT_ID: &str = "1.2";
/// See [`CLIENT_ID`].
pub const CLIENT_SECRET: &str = "stand-in-client-secret";
/// The workspace's id.
pub(super) const TEAM: &str = "T0DEMO";
/// The app's own user and bot.
pub(super) const BOT_USER: &str = "U0BATON";
pub(super) const BOT: &str = "B0BATON";
/// When the workspace's first post was written, in Unix seconds.
const FIRST_SECOND: u64 = 1_700_000_000;

/// A workspace.
#[derive(Clone, Default)]
pub struct Workspace(Arc<Mutex<State>>);

#[derive(Default)]
pub(super) struct State {
    pub(super) people: HashMap<String, Value>,
    pub(super) channels: HashMap<String, String>,
    pub(super) posts: Vec<Post>,
    pub(super) whispers: Vec<(String, String)>,
    pub(super) files: HashMap<String, (String, Bytes)>,
    pub(super) calls: Vec<Call>,
    /// What was refused, and with which word.
    pub(super) refused: Vec<(String, String)>,
    pub(super) troubles: VecDeque<Trouble>,
    /// The workspace whose people consent next: its id, its name and the token the app gets there.
    pub(super) consents: Option<(String, String, String)>,
    /// Where sockets are opened.
    pub(super) socket_url: String,
    /// Where files are sent and fetched.
    pub(super) base_url: String,
    counter: u64,
    /// Whether posts are named by the real time.
    is_live: bool,
    on_change: Option<Arc<dyn Fn() + Send + Sync>>,
}

/// One post, as the workspace shows it now.
#[derive(Clone, Debug, PartialEq)]
pub struct Post {
    /// Its channel.
    pub channel: String,
    /// Slack's name for it.
    pub ts: String,
    /// The thread it is in, if it is not the first of one.
    pub thread: Option<String>,
    /// Who wrote it; the app's own have the bot's.
    pub user: String,
    /// Name shown instead, if the app asked for one.
    pub username: Option<String>,
    /// Its text.
    pub text: String,
    /// Its blocks.
    pub blocks: Value,
    /// Its blocks before they were changed last: somebody may still look at those, and press.
    pub former: Value,
    /// What the app keeps with it.
    pub metadata: Value,
    /// Names of files.
    pub files: Vec<String>,
    /// Whether the whole channel was told of a reply.
    pub broadcast: bool,
}

/// A call of the Web API.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Its method.
    pub method: String,
    /// Its arguments.
    pub arguments: Value,
    /// Whether they came as a form, not as JSON.
    pub is_form: bool,
}

/// How the next call of a method goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// It is refused with this word.
    Refused(&'static str, &'static str),
    /// Slack asks for a pause of so many seconds.
    Limited(&'static str, u64),
    /// It is done, and the answer is lost.
    Unheard(&'static str),
}

impl Trouble {
    pub(super) fn method(&self) -> &'static str {
        match self {
            Self::Refused(method, _) | Self::Limited(method, _) | Self::Unheard(method) => method,
        }
    }
}

impl Workspace {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The workspace's id.
    pub fn team(&self) -> &'static str {
        TEAM
    }

    /// The app's own user.
    pub fn bot_user(&self) -> &'static str {
        BOT_USER
    }

    /// A workspace of people who are there now. `on_change` is told when something on a screen changes.
    pub fn live(on_change: impl Fn() + Send + Sync + 'static) -> Self {
        let workspace = Self::default();
        let mut state = workspace.lock();
        state.is_live = true;
        state.on_change = Some(Arc::new(on_change));
        drop(state);
        workspace
    }

    /// Says that something on a screen changed.
    pub(super) fn changed(&self) {
        let told = self.lock().on_change.clone();
        if let Some(told) = told {
            told();
        }
    }

    /// Names where the workspace's files are.
    pub fn at(&self, base_url: &str) {
        self.lock().base_url = base_url.trim_end_matches('/').to_owned();
    }

    /// Names where sockets are opened.
    pub fn sockets_at(&self, url: &str) {
        url.clone_into(&mut self.lock().socket_url);
    }

    /// A channel the app is in.
    pub fn channel(&self, id: &str, name: &str) {
        self.lock().channels.insert(id.to_owned(), name.to_owned());
    }

    /// A member of the workspace.
    pub fn person(&self, id: &str, name: &str, email: &str) {
        let person = json!({
            "id": id, "team_id": TEAM, "name": name.to_lowercase(), "real_name": name, "deleted": false, "is_bot": false,
            "is_restricted": false, "is_ultra_restricted": false, "is_email_confirmed": true,
            "profile": {"real_name": name, "display_name": name, "email": email, "team": TEAM},
        });
        self.lock().people.insert(id.to_owned(), person);
    }

    /// Changes what is said of a person.
    pub fn change_person(&self, id: &str, member: &str, value: Value) {
        if let Some(person) = self.lock().people.get_mut(id) {
            person[member] = value;
        }
    }

    /// The next call of a method goes wrong.
    pub fn trouble(&self, trouble: Trouble) {
        self.lock().troubles.push_back(trouble);
    }

    /// The people of another workspace consent next: the app gets this token there.
    pub fn consent_in(&self, team: &str, name: &str, token: &str) {
        self.lock().consents = Some((team.to_owned(), name.to_owned(), token.to_owned()));
    }

    /// Every post, oldest first.
    pub fn posts(&self) -> Vec<Post> {
        self.lock().posts.clone()
    }

    /// The posts of a thread after its first, oldest first.
    pub fn replies(&self, channel: &str, root: &str) -> Vec<Post> {
        let state = self.lock();
        let of_thread = |post: &&Post| post.channel == channel && post.thread.as_deref() == Some(root);
        state.posts.iter().filter(of_thread).cloned().collect()
    }

    /// Cards: posts with buttons, oldest first.
    pub fn cards(&self) -> Vec<Post> {
        self.lock().posts.iter().filter(|post| post.thread.is_none() && post.blocks.is_array()).cloned().collect()
    }

    /// The name of a person, of the app, or the id of a stranger.
    pub fn name_of(&self, user: &str) -> String {
        match self.lock().people.get(user).and_then(|person| person["real_name"].as_str()) {
            Some(name) => name.to_owned(),
            None if user == BOT_USER => "Baton".to_owned(),
            None => user.to_owned(),
        }
    }

    /// What single people were told, with whom.
    pub fn whispers(&self) -> Vec<(String, String)> {
        self.lock().whispers.clone()
    }

    /// The methods that were refused because of what they were told, with Slack's word for it.
    pub fn refused(&self) -> Vec<(String, String)> {
        self.lock().refused.clone()
    }

    /// Every call so far.
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }
}

impl State {
    /// A new name for a post, later than all before.
    pub(super) fn next_ts(&mut self) -> String {
        self.counter += 1;
        let second = match self.is_live {
            true => u64::try_from(SystemClock.now().timestamp()).unwrap_or(FIRST_SECOND),
            false => FIRST_SECOND + self.counter,
        };
        format!("{second}.{:06}", self.counter)
    }

    pub(super) fn post(&self, channel: &str, ts: &str) -> Option<&Post> {
        self.posts.iter().find(|post| post.channel == channel && post.ts == ts)
    }

    pub(super) fn post_mut(&mut self, channel: &str, ts: &str) -> Option<&mut Post> {
        self.posts.iter_mut().find(|post| post.channel == channel && post.ts == ts)
    }
}

impl Post {
    pub(super) fn new(channel: &str, ts: String, user: &str, text: &str) -> Self {
        Self {
            channel: channel.to_owned(),
            ts,
            thread: None,
            user: user.to_owned(),
            username: None,
            text: text.to_owned(),
            blocks: Value::Null,
            former: Value::Null,
            metadata: Value::Null,
            files: Vec::new(),
            broadcast: false,
        }
    }

    /// The words on its buttons.
    pub fn buttons(&self) -> Vec<String> {
        self.elements().filter_map(|element| element["text"]["text"].as_str()).map(str::to_owned).collect()
    }

    /// The button with these words, as the workspace sends it when it is pressed.
    pub(super) fn button(&self, words: &str) -> Option<&Value> {
        self.elements().chain(elements(&self.former)).find(|element| element["text"]["text"] == words)
    }

    fn elements(&self) -> impl Iterator<Item = &Value> {
        elements(&self.blocks)
    }
}

fn elements(blocks: &Value) -> impl Iterator<Item = &Value> {
    let blocks = blocks.as_array().into_iter().flatten();
    blocks
        .filter(|block| block["type"] == "actions")
        .flat_map(|block| block["elements"].as_array().into_iter().flatten())
}
