//! `/settings/handoff/collection`.

use actix_web::{HttpRequest, web};

use crate::handoff::policy::{HandoffSettings, OutsideHours};
use crate::web::page::Flash;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::difference::DiffLine;
use crate::web::settings::handoff::collection::{CollectionForm, CollectionPage};
use crate::web::site::Site;

use super::{Answer, SAVED, done, layout, overtaken, save, stored, version};

/// The fields.
pub async fn show(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    let stored = stored(&site).await?;
    let form = CollectionForm::of(stored.version.to_string(), &stored.value.collection);
    let in_use = is_used(&stored.value);
    render(&site, &request, &who, 200, form, in_use, Vec::new(), None).await
}

/// Changes them.
pub async fn update(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let seen = version(post.form.raw("version"))?;
    let stored = stored(&site).await?;
    let in_use = is_used(&stored.value);
    let mut form = CollectionForm::of(seen.to_string(), &stored.value.collection);
    let Some(collection) = form.read(&post.form) else {
        return render(&site, &request, &post.who, 422, form, in_use, Vec::new(), None).await;
    };
    let rules = HandoffSettings { collection, ..stored.value.clone() };
    let tx = site.desk.store.begin().await?;
    if !save(&site, &tx, &post.who, &rules, seen).await? {
        drop(tx);
        form.version = stored.version.to_string();
        let (difference, notice) = overtaken(&site, &post.who, &stored.value, &rules).await?;
        return render(&site, &request, &post.who, 409, form, in_use, difference, Some(notice)).await;
    }
    tx.commit().await?;
    site.collecting.forget();
    done("/settings/handoff/collection", SAVED)
}

/// Whether anything asks for the fields.
fn is_used(rules: &HandoffSettings) -> bool {
    let levels = rules.channels.values().filter_map(|policy| policy.level).map(|level| level.levers().details_first);
    rules.effective().details_first
        || rules.outside_hours == OutsideHours::Collect
        || levels.into_iter().any(|asks| asks)
}

#[expect(clippy::too_many_arguments, reason = "everything a page shows")]
async fn render(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    form: CollectionForm,
    in_use: bool,
    difference: Vec<DiffLine>,
    notice: Option<Flash>,
) -> Answer {
    let mut layout = layout(site, who, request, "Data collection").await?;
    layout.flash = notice.or(layout.flash);
    reply::page(request, status, &CollectionPage { layout, form, in_use, difference })
}
