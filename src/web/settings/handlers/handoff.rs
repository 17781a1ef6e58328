//! `/settings/handoff`.

use actix_web::{HttpRequest, web};
use serde_json::json;

use crate::desk::settings::CustomerTexts;
use crate::handoff::policy::HandoffSettings;
use crate::store::StoreError;
use crate::store::settings::{self, Section as _};
use crate::web::page::Flash;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::handoff::{HandoffForm, HandoffPage};
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::site::Site;

use super::{Answer, done, layout};

/// Versions of the rules and of the texts, which are edited together.
type Versions = (i64, i64);

/// The rules and the texts.
pub async fn show(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    let form = stored(&site).await?;
    render(&site, &request, &who, 200, form, None).await
}

/// Changes them.
pub async fn update(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let seen = versions(post.form.raw("version"))?;
    let mut form = stored(&site).await?;
    let current = std::mem::replace(&mut form.version, post.form.raw("version").to_owned());
    let Some((rules, texts)) = form.read(&post.form) else {
        return render(&site, &request, &post.who, 422, form, None).await;
    };
    if !save(&site, &post.who, &rules, &texts, seen).await? {
        form.version = current;
        let overtaken = trail::overtaken(&site, &post.who, HandoffSettings::NAME).await?;
        return render(&site, &request, &post.who, 409, form, Some(overtaken)).await;
    }
    done(Section::Handoff.path(), "Saved. It counts from the next message on.")
}

async fn stored(site: &Site) -> Result<HandoffForm, StoreError> {
    let db = site.desk.store.reader();
    let rules = settings::load::<HandoffSettings>(db).await?;
    let texts = settings::load::<CustomerTexts>(db).await?;
    let version = format!("{}.{}", rules.version, texts.version);
    Ok(HandoffForm::of(version, &rules.value, &texts.value))
}

async fn save(
    site: &Site,
    who: &SignedIn,
    rules: &HandoffSettings,
    texts: &CustomerTexts,
    seen: Versions,
) -> Result<bool, StoreError> {
    let (by, now) = (Some(who.agent.id), site.desk.clock.now());
    let tx = site.desk.store.begin().await?;
    let saved =
        settings::save(&*tx, rules, seen.0, by, now).await? && settings::save(&*tx, texts, seen.1, by, now).await?;
    if !saved {
        return Ok(false);
    }
    let detail = json!({ "rules": rules, "texts": texts });
    trail::record(site, &tx, who, "handoff.change", HandoffSettings::NAME, detail).await?;
    tx.commit().await?;
    Ok(true)
}

fn versions(sent: &str) -> Result<Versions, Refusal> {
    let both = sent.split_once('.').and_then(|(rules, texts)| Some((rules.parse().ok()?, texts.parse().ok()?)));
    both.ok_or_else(|| Refusal::BadForm("The form lacks its version. Reload the page and send it again.".to_owned()))
}

async fn render(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    form: HandoffForm,
    notice: Option<Flash>,
) -> Answer {
    let mut layout = layout(site, who, request, Section::Handoff.label()).await?;
    layout.flash = notice.or(layout.flash);
    reply::page(request, status, &HandoffPage { layout, form })
}

#[cfg(test)]
mod tests {
    use super::versions;

    #[test]
    fn a_form_without_both_versions_overwrites_nothing() {
        assert_eq!(versions("3.1").expect("versions"), (3, 1));
        for wrong in ["", "3", "3.", ".1", "3.x", "3.1.2"] {
            assert!(versions(wrong).is_err(), "{wrong}");
        }
    }
}
