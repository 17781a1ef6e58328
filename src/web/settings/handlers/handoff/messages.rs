//! `/settings/handoff/messages`.

use actix_web::{HttpRequest, web};
use serde::Deserialize;
use serde_json::json;

use crate::desk::settings::CustomerTexts;
use crate::store::settings::{self, Section as _};
use crate::web::page::Flash;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::difference::{self, DiffLine};
use crate::web::settings::handoff::messages::{MessagesForm, MessagesPage, as_lines};
use crate::web::settings::trail;
use crate::web::site::Site;

use super::{Answer, done, layout, version};

/// Which language is edited.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    language: String,
}

/// The words of a language.
pub async fn show(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin, asked: web::Query<Asked>) -> Answer {
    let stored = settings::load::<CustomerTexts>(site.desk.store.reader()).await?;
    let form = MessagesForm::of(stored.version.to_string(), &asked.language, &stored.value);
    render(&site, &request, &who, 200, form, Vec::new(), None).await
}

/// Changes them.
pub async fn update(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let seen = version(post.form.raw("version"))?;
    let stored = settings::load::<CustomerTexts>(site.desk.store.reader()).await?;
    let mut form = MessagesForm::of(seen.to_string(), post.form.raw("language"), &stored.value);
    let Some(texts) = form.read(&post.form, &stored.value).filter(|_| !post.form.is_on("preview")) else {
        let status = if form.rows.iter().any(|row| row.error.is_some()) { 422 } else { 200 };
        return render(&site, &request, &post.who, status, form, Vec::new(), None).await;
    };
    let (by, now) = (Some(post.who.agent.id), site.desk.clock.now());
    let tx = site.desk.store.begin().await?;
    if !settings::save(&*tx, &texts, seen, by, now).await? {
        drop(tx);
        form.version = stored.version.to_string();
        let notice = trail::overtaken(&site, &post.who, CustomerTexts::NAME).await?;
        let difference = difference::lines(&as_lines(&stored.value), &as_lines(&texts));
        return render(&site, &request, &post.who, 409, form, difference, Some(notice)).await;
    }
    let detail = json!({ "texts": texts });
    trail::record(&site, &tx, &post.who, "messages.change", CustomerTexts::NAME, detail).await?;
    tx.commit().await?;
    done(&format!("/settings/handoff/messages?language={}", form.language), "Saved. It is said from now on.")
}

async fn render(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    form: MessagesForm,
    difference: Vec<DiffLine>,
    notice: Option<Flash>,
) -> Answer {
    let mut layout = layout(site, who, request, "Messages").await?;
    layout.flash = notice.or(layout.flash);
    reply::page(request, status, &MessagesPage { layout, form, difference })
}
