//! `/settings/ratings`.

use actix_web::{HttpRequest, web};
use serde_json::{Value, json};

use crate::desk::settings::Ratings;
use crate::store::channels::{self, Channel};
use crate::store::settings::{self, Section as _};
use crate::web::page::Flash;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::ratings::{RatingRow, RatingsPage};
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::site::Site;

use super::one_form::version;
use super::{Answer, done, layout};

/// The setting of a channel whose own page has the switch.
const OWN_SWITCH: &str = "ask_rating";

/// The channels.
pub async fn show(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    let stored = settings::load::<Ratings>(site.desk.store.reader()).await?;
    let rows = rows(&stored.value, &channels::all(site.desk.store.reader()).await?);
    render(&site, &request, &who, 200, stored.version, rows, None).await
}

/// Says whose customers are asked, and when.
pub async fn update(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let seen = version(post.form.raw("version"))?;
    let all = channels::all(site.desk.store.reader()).await?;
    let stored = settings::load::<Ratings>(site.desk.store.reader()).await?;
    let mut rows = rows(&stored.value, &all);
    let minutes: Vec<Option<u32>> = rows.iter_mut().map(|row| row.read(&post.form)).collect();
    let Some(minutes) = minutes.into_iter().collect::<Option<Vec<u32>>>() else {
        return render(&site, &request, &post.who, 422, seen, rows, None).await;
    };
    let mut wanted = Ratings::default();
    for ((row, channel), minutes) in rows.iter().zip(&all).zip(minutes) {
        if minutes > 0 {
            wanted.delays_min.insert(row.channel, minutes);
        }
        if row.ask && !has_switch(channel) {
            wanted.asks.insert(row.channel);
        }
    }
    if !save(&site, &post.who, &wanted, &rows, &all, seen).await? {
        let overtaken = trail::overtaken(&site, &post.who, Ratings::NAME).await?;
        return render(&site, &request, &post.who, 409, stored.version, rows, Some(overtaken)).await;
    }
    site.reload_channels().await?;
    done(Section::Ratings.path(), "Saved. It counts for what is resolved from now on.")
}

async fn save(
    site: &Site,
    who: &SignedIn,
    wanted: &Ratings,
    rows: &[RatingRow],
    all: &[Channel],
    seen: i64,
) -> Result<bool, Refusal> {
    let now = site.desk.clock.now();
    let tx = site.desk.store.begin().await?;
    if !settings::save(&*tx, wanted, seen, Some(who.agent.id), now).await? {
        return Ok(false);
    }
    for (row, channel) in rows.iter().zip(all) {
        if has_switch(channel) && asks(channel) != row.ask {
            let mut changed = channel.clone();
            changed.settings[OWN_SWITCH] = Value::Bool(row.ask);
            channels::save(&*tx, &changed, now).await?;
        }
    }
    trail::record(site, &tx, who, "ratings.change", Ratings::NAME, json!(wanted)).await?;
    tx.commit().await?;
    Ok(true)
}

fn rows(stored: &Ratings, all: &[Channel]) -> Vec<RatingRow> {
    let row = |channel: &Channel| RatingRow {
        channel: channel.id,
        name: channel.name.clone(),
        ask: asks(channel) || stored.asks.contains(&channel.id),
        delay: stored.delays_min.get(&channel.id).map(ToString::to_string).unwrap_or_default(),
        error: None,
    };
    all.iter().map(row).collect()
}

fn has_switch(channel: &Channel) -> bool {
    channel.settings.get(OWN_SWITCH).is_some()
}

fn asks(channel: &Channel) -> bool {
    channel.settings.get(OWN_SWITCH).and_then(Value::as_bool).unwrap_or(false)
}

async fn render(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    version: i64,
    rows: Vec<RatingRow>,
    notice: Option<Flash>,
) -> Answer {
    let mut layout = layout(site, who, request, Section::Ratings.label()).await?;
    layout.flash = notice.or(layout.flash);
    reply::page(request, status, &RatingsPage { layout, version, rows })
}
