//! What an agent does with a conversation, one form post each.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Duration, NaiveDateTime, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use crate::desk::DeskError;
use crate::handoff::conversation::Outcome;
use crate::handoff::people::Actor;
use crate::handoff::{AgentId, ConversationId, Epoch, MessageId, TeamId, TicketNumber};
use crate::store::conversations;
use crate::web::flash;
use crate::web::page::Flash;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::site::Site;

use super::changes::thread_changes;
use super::nav::View;

/// What every action's form sends.
#[derive(Debug, Deserialize)]
pub struct Common {
    #[serde(default)]
    pub(super) csrf: String,
    #[serde(default)]
    pub(super) view: String,
}

/// A claim.
#[derive(Debug, Deserialize)]
pub struct TakeOver {
    #[serde(flatten)]
    common: Common,
    epoch: String,
}

/// `POST /conversations/{number}/takeover`.
pub async fn take_over(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
    form: web::Form<TakeOver>,
) -> Result<HttpResponse, Refusal> {
    who.check_csrf(&form.common.csrf)?;
    let epoch = form.epoch.parse().map_err(|_| Refusal::BadForm("The form is damaged. Reload the page.".into()))?;
    let id = find(&site, *number).await?;
    let done = site.desk.take_over(id, who.agent.id, Epoch(epoch)).await.map(|_| "It is yours now.");
    answer(&site, &who, &request, *number, &form.common.view, done).await
}

/// What the AI should know.
#[derive(Debug, Deserialize)]
pub struct HandBack {
    #[serde(flatten)]
    common: Common,
    #[serde(default)]
    instruction: String,
}

/// `POST /conversations/{number}/handback`.
pub async fn hand_back(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
    form: web::Form<HandBack>,
) -> Result<HttpResponse, Refusal> {
    who.check_csrf(&form.common.csrf)?;
    let id = find(&site, *number).await?;
    let done = site.desk.hand_back(id, who.agent.id, &form.instruction).await.map(|_| "The AI has it again.");
    answer(&site, &who, &request, *number, &form.common.view, done).await
}

/// Who gets it.
#[derive(Debug, Deserialize)]
pub struct Assignment {
    #[serde(flatten)]
    common: Common,
    to: String,
}

/// Whom a form names.
enum Assignee {
    Nobody,
    Agent(AgentId),
    Team(TeamId),
}

/// `POST /conversations/{number}/assignment`.
pub async fn assign(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
    form: web::Form<Assignment>,
) -> Result<HttpResponse, Refusal> {
    who.check_csrf(&form.common.csrf)?;
    let id = find(&site, *number).await?;
    let me = who.agent.id;
    let done = match parse_assignee(&form.to)? {
        Assignee::Nobody => site.desk.assign(id, me, None).await.map(|_| "It waits for whoever takes it."),
        Assignee::Agent(agent) => site.desk.assign(id, me, Some(agent)).await.map(|_| "Assigned."),
        Assignee::Team(team) => site.desk.assign_team(id, me, Some(team)).await.map(|_| "The team is responsible now."),
    };
    answer(&site, &who, &request, *number, &form.common.view, done).await
}

/// Until when.
#[derive(Debug, Deserialize)]
pub struct Snooze {
    #[serde(flatten)]
    common: Common,
    until: String,
    #[serde(default)]
    at: String,
    #[serde(default)]
    time_zone: String,
}

/// `POST /conversations/{number}/snooze`.
pub async fn snooze(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
    form: web::Form<Snooze>,
) -> Result<HttpResponse, Refusal> {
    who.check_csrf(&form.common.csrf)?;
    let id = find(&site, *number).await?;
    let done = match snooze_end(&form.until, &form.at, &form.time_zone, site.desk.clock.now()) {
        Ok(until) => site.desk.snooze(id, who.agent.id, until).await.map(|_| "Snoozed."),
        Err(why) => Err(DeskError::Invalid(why.into())),
    };
    answer(&site, &who, &request, *number, &form.common.view, done).await
}

/// How it ended.
#[derive(Debug, Deserialize)]
pub struct Resolution {
    #[serde(flatten)]
    common: Common,
    #[serde(default)]
    outcome: String,
}

/// `POST /conversations/{number}/resolution`.
pub async fn resolve(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
    form: web::Form<Resolution>,
) -> Result<HttpResponse, Refusal> {
    who.check_csrf(&form.common.csrf)?;
    let outcome = match form.outcome.as_str() {
        "unresolved" => Outcome::Unresolved,
        "resolved" | "" => Outcome::Resolved,
        _ => return Err(Refusal::BadForm("The form is damaged. Reload the page.".into())),
    };
    let id = find(&site, *number).await?;
    let done = site.desk.resolve(id, Actor::Agent(who.agent.id), outcome).await.map(|_| "Closed.");
    answer(&site, &who, &request, *number, &form.common.view, done).await
}

/// `POST /conversations/{number}/reopening`.
pub async fn reopen(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
    form: web::Form<Common>,
) -> Result<HttpResponse, Refusal> {
    who.check_csrf(&form.csrf)?;
    let id = find(&site, *number).await?;
    let done = site.desk.reopen(id, who.agent.id).await.map(|_| "Open again, and yours.");
    answer(&site, &who, &request, *number, &form.view, done).await
}

/// `POST /conversations/{number}/acknowledgement`.
pub async fn acknowledge(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
    form: web::Form<Common>,
) -> Result<HttpResponse, Refusal> {
    who.check_csrf(&form.csrf)?;
    let id = find(&site, *number).await?;
    let done = site.desk.acknowledge(id, who.agent.id).await.map(|_| "Marked as seen.");
    answer(&site, &who, &request, *number, &form.view, done).await
}

/// `POST /conversations/{number}/messages/{id}/retry`.
pub async fn retry(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    path: web::Path<(i64, MessageId)>,
    form: web::Form<Common>,
) -> Result<HttpResponse, Refusal> {
    who.check_csrf(&form.csrf)?;
    let (number, message) = path.into_inner();
    let id = find(&site, number).await?;
    let done = site.desk.retry(id, message).await.map(|()| "It will be sent again.");
    answer(&site, &who, &request, number, &form.view, done).await
}

/// The conversation with a number.
pub(super) async fn find(site: &Site, number: i64) -> Result<ConversationId, Refusal> {
    let record = conversations::by_number(site.desk.store.reader(), TicketNumber(number)).await?;
    Ok(record.ok_or(Refusal::NotFound("conversation"))?.core.id)
}

/// Answers with changes to the open page, or sends the browser back to it.
pub(super) async fn answer(
    site: &Site,
    who: &SignedIn,
    request: &HttpRequest,
    number: i64,
    view: &str,
    done: Result<&'static str, DeskError>,
) -> Result<HttpResponse, Refusal> {
    let view = View::parse(view).unwrap_or(View::All);
    let (status, flash) = match done {
        Ok(words) => (200, Flash::Done(words.to_owned())),
        Err(DeskError::Rejected(why)) => (409, Flash::Problem(why.to_string())),
        Err(DeskError::Invalid(why)) => (422, Flash::Problem(why)),
        Err(error) => return Err(error.into()),
    };
    if reply::wants_patches(request) {
        let flash = (status != 200).then_some(flash);
        return reply::patches(status, &thread_changes(site, who, number, &view, flash).await?);
    }
    Ok(flash::redirect(&format!("/inbox/conversations/{number}?view={}", view.slug()), Some(&flash)))
}

fn parse_assignee(to: &str) -> Result<Assignee, Refusal> {
    let bad = |_| Refusal::BadForm("Choose a person or a team from the list.".into());
    match to.split_once(':') {
        Some(("agent", id)) => Ok(Assignee::Agent(id.parse().map_err(bad)?)),
        Some(("team", id)) => Ok(Assignee::Team(id.parse().map_err(bad)?)),
        _ if to == "none" => Ok(Assignee::Nobody),
        _ => Err(Refusal::BadForm("Choose a person or a team from the list.".into())),
    }
}

/// When a snooze ends. Local times are the agent's; without scripts their zone is not known and UTC is taken.
fn snooze_end(until: &str, at: &str, zone: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, &'static str> {
    let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
    let in_zone = |local: NaiveDateTime| {
        let resolved = zone.from_local_datetime(&local).earliest().or_else(|| {
            // An hour that the clock skips in spring begins at its end.
            zone.from_local_datetime(&(local + Duration::hours(1))).earliest()
        });
        resolved.map(|moment| moment.with_timezone(&Utc)).ok_or("That time does not exist on that day.")
    };
    match until {
        "1h" => Ok(now + Duration::hours(1)),
        "4h" => Ok(now + Duration::hours(4)),
        "tomorrow" => {
            let day = now.with_timezone(&zone).date_naive() + Duration::days(1);
            let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
            in_zone(day.and_time(nine))
        }
        "custom" => {
            let local = NaiveDateTime::parse_from_str(at, "%Y-%m-%dT%H:%M")
                .or_else(|_| NaiveDateTime::parse_from_str(at, "%Y-%m-%dT%H:%M:%S"));
            in_zone(local.map_err(|_| "Choose a day and a time.")?)
        }
        _ => Err("Choose how long to snooze it."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn a_snooze_ends_in_the_agents_own_time_zone() {
        let now = at("2026-03-28T20:00:00Z");
        assert_eq!(snooze_end("4h", "", "", now), Ok(at("2026-03-29T00:00:00Z")));
        // The clocks go forward in Berlin that night: nine o'clock is UTC+2.
        assert_eq!(snooze_end("tomorrow", "", "Europe/Berlin", now), Ok(at("2026-03-29T07:00:00Z")));
        assert_eq!(snooze_end("custom", "2026-03-29T02:30", "Europe/Berlin", now), Ok(at("2026-03-29T01:30:00Z")));
        assert_eq!(snooze_end("custom", "2026-04-01T09:00", "no such zone", now), Ok(at("2026-04-01T09:00:00Z")));
        assert!(snooze_end("custom", "tomorrow", "", now).is_err());
        assert!(snooze_end("someday", "", "", now).is_err());
    }

    #[test]
    fn an_assignee_is_a_person_a_team_or_nobody() {
        assert!(parse_assignee("none").is_ok());
        assert!(parse_assignee("agent:018f0000-0000-7000-8000-000000000000").is_ok());
        assert!(parse_assignee("agent:me").is_err());
        assert!(parse_assignee("").is_err());
    }
}
