//! `baton bench story`: whole handoffs over HTTP, from the first question to the end.
//!
//! A customer asks, the AI answers, the customer asks for a person, somebody takes over, replies and closes; then the customer
//! reads all of it. Invariant: a story counts only if the customer read the reply in a conversation that is closed.

use clap::Args;
use http::HeaderMap;

use crate::cli::CliError;

use super::Common;
use super::client::{Connection, Failed, headers};
use super::customers::{Agent, Visitor};
use super::figures::Figures;
use super::ingest::told_errors;
use super::load::{Worker, drive};
use super::random::Random;
use super::target::{Database, Target, Wanted};

const QUESTION: &str = "How long does delivery take?";
const WISH: &str = "I want to talk to a person please";
const REPLY: &str = "Your parcel leaves today, I have checked it myself.";
/// The owner changes once before somebody takes over.
const EPOCH_IN_QUEUE: &str = "2";
/// Room for the stories of one connection in the numbers of customers.
const STORIES_MAX: usize = 1 << 16;
const BOUNDARY: &str = "baton-bench-part";

/// Options of `baton bench story`.
#[derive(Clone, Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,
}

pub(super) async fn run(options: Options) -> Result<(), CliError> {
    let common = options.common;
    let database = Database::of(common.database.as_deref())?;
    // The quiet time before an answer is for people who write in bursts; nobody does here.
    let settings = vec![("BATON_TURN_DEBOUNCE_MS", "0".to_owned())];
    let target = Target::reach(&common, &database, &Wanted { ai: true, provider: None, settings }).await?;
    let agent = Agent::sign_in(&target).await?;
    let mut tellers = Vec::with_capacity(common.connections());
    for nth in 0..common.connections() {
        tellers.push(Teller {
            connection: Connection::open(&target.place).await?,
            widget: target.widget.clone(),
            agent: agent.clone(),
            customer: nth * STORIES_MAX,
            ids: Random::new(super::new_id().as_u128() as u64),
        });
    }
    let (tally, _) = drive("story", tellers, common.time()).await?;
    let memory_mb = target.memory_mb();
    target.stop()?;
    let mut figures = Figures::default();
    figures.load("", &tally).put("stories", tally.latency.count()).put("errors", tally.errors);
    figures.put("connections", common.connections()).number("seconds", tally.took.as_secs_f64());
    figures.number("server_memory_mb", memory_mb.unwrap_or(f64::NAN));
    told_errors(&mut figures, &[&tally]);
    figures.tell(common.json, common.compare.as_deref())
}

/// One connection that plays both sides.
struct Teller {
    connection: Connection,
    widget: String,
    agent: Agent,
    customer: usize,
    ids: Random,
}

impl Worker for Teller {
    async fn step(&mut self) -> Result<(), Failed> {
        self.customer += 1;
        let connection = &mut self.connection;
        let headers = Visitor::arrive(connection, &self.widget, self.customer).await?;
        let visitor = Visitor::begin(connection, headers, self.customer).await?;
        let answer = visitor.say(connection, self.ids.id(), QUESTION).await?.json()?;
        if answer["autopilotResponse"].is_null() {
            return Err(Failed::Unreadable("the AI did not answer in time".into()));
        }
        let answer = visitor.say(connection, self.ids.id(), WISH).await?.json()?;
        if answer["sessionIsHandedOff"] != true {
            return Err(Failed::Unreadable("a wish for a person was not a handoff".into()));
        }
        act(connection, &self.agent, &visitor.number, "takeover", &[("epoch", EPOCH_IN_QUEUE)]).await?;
        reply(connection, &self.agent, &visitor.number, &self.ids.id().to_string(), REPLY).await?;
        act(connection, &self.agent, &visitor.number, "resolution", &[("outcome", "resolved")]).await?;
        let path = format!("/backend/widget/v2/poll/{}", visitor.session);
        let end = connection.get(&path, &visitor.headers).await?.json()?;
        let said = end["history"].as_array().into_iter().flatten();
        let was_read = said.filter_map(|item| item["content"]["text"].as_str()).any(|text| text == REPLY);
        match was_read && end["session"]["isOpened"] == false {
            true => Ok(()),
            false => Err(Failed::Unreadable("the customer does not see the reply and the end".into())),
        }
    }
}

/// An action's form.
async fn act(
    connection: &mut Connection,
    agent: &Agent,
    number: &str,
    action: &str,
    fields: &[(&str, &str)],
) -> Result<(), Failed> {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("csrf", &agent.csrf)
        .append_pair("view", "all")
        .extend_pairs(fields)
        .finish();
    let sent = of_kind(&agent.headers, "application/x-www-form-urlencoded")?;
    connection.post(&format!("/conversations/{number}/{action}"), &sent, form).await.map(|_| ())
}

/// The composer's form. The agent writes whatever came meanwhile.
pub(super) async fn reply(
    connection: &mut Connection,
    agent: &Agent,
    number: &str,
    id: &str,
    text: &str,
) -> Result<(), Failed> {
    let mut form = String::new();
    for (name, value) in [("csrf", &*agent.csrf), ("message_id", id), ("send_anyway", "1"), ("body", text)] {
        form.push_str(&format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    form.push_str(&format!("--{BOUNDARY}--\r\n"));
    let sent = of_kind(&agent.headers, &format!("multipart/form-data; boundary={BOUNDARY}"))?;
    connection.post(&format!("/conversations/{number}/messages"), &sent, form).await.map(|_| ())
}

fn of_kind(who: &HeaderMap, kind: &str) -> Result<HeaderMap, Failed> {
    let mut sent = who.clone();
    sent.extend(headers(&[("content-type", kind)])?);
    Ok(sent)
}
