//! `/settings/ai`.

use actix_web::{HttpRequest, web};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use crate::ai::llm::LanguageModel;
use crate::ai::llm::actions::{Action, openapi};
use crate::handoff::ChannelId;
use crate::store::settings::{self, Section as _, Versioned};
use crate::store::{StoreError, channels, secrets};
use crate::web::moment::Moment;
use crate::web::page::Flash;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::model::{
    ACTION_SECRETS, ActionLine, KeyState, MODEL_KEY, ModelForm, ModelPage, SecretLine, secret,
};
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::site::Site;

use super::{Answer, done, layout, not_done};

/// The model's settings.
pub async fn show(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    let stored = stored(&site).await?;
    let form = form(&site, &stored).await?;
    render(&site, &request, &who, 200, form, &stored, None).await
}

/// Changes them.
pub async fn update(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let stored = stored(&site).await?;
    let seen = post.form.raw("version").parse().map_err(|_| no_version())?;
    let mut form = form(&site, &stored).await?;
    let current = std::mem::replace(&mut form.version, post.form.raw("version").to_owned());
    let Some((changed, key)) = form.read(&post.form) else {
        return render(&site, &request, &post.who, 422, form, &stored, None).await;
    };
    let forget = post.form.is_on("forget_key");
    if !save(&site, &post.who, &changed, key.map(SecretString::from), forget, seen).await? {
        form.version = current;
        let overtaken = trail::overtaken(&site, &post.who, LanguageModel::NAME).await?;
        return render(&site, &request, &post.who, 409, form, &stored, Some(Wrong::Page(overtaken))).await;
    }
    // The composer's buttons follow at once, not with the next answer.
    site.model.setup().await.map_err(Refusal::Broken)?;
    let next =
        if changed.enabled { "Test the connection before you rely on it." } else { "The built-in assistant answers." };
    done(Section::Ai.path(), format!("Saved. {next}"))
}

/// Asks the saved model something small, and tells what came of it.
pub async fn try_out(site: web::Data<Site>, _post: AdminPost) -> Answer {
    let setup = site.model.setup().await.map_err(Refusal::Broken)?;
    let path = Section::Ai.path();
    match site.model.try_out(&setup).await {
        Ok(trial) => {
            let (seconds, tokens) = (trial.took.as_secs_f32(), trial.usage.total());
            let model = &setup.settings.model;
            done(
                path,
                format!(
                    "{model} answered in {seconds:.1} s with {tokens} tokens: \u{201c}{}\u{201d}",
                    trial.reply.trim()
                ),
            )
        }
        Err(why) => not_done(path, format!("It does not work: {why}")),
    }
}

/// Sets or removes a secret of the actions.
pub async fn set_secret(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let stored = stored(&site).await?;
    let name = post.form.line("name");
    if !schemes(&actions(&stored.value)).contains(&name) {
        return Err(Refusal::NotFound("secret"));
    }
    let value = match secret(post.form.raw("value")) {
        Ok(value) => value.map(SecretString::from),
        Err(why) => {
            let form = form(&site, &stored).await?;
            return render(&site, &request, &post.who, 422, form, &stored, Some(Wrong::Secret(name, why))).await;
        }
    };
    let tx = site.desk.store.begin().await?;
    let kept = format!("{ACTION_SECRETS}{name}");
    let action = match &value {
        Some(value) => {
            let by = Some(post.who.agent.id);
            secrets::set(&*tx, &site.key, &kept, value, by, site.desk.clock.now()).await?;
            "action_secret.set"
        }
        None => {
            secrets::remove(&*tx, &kept).await?;
            "action_secret.remove"
        }
    };
    trail::record(&site, &tx, &post.who, action, &kept, json!({ "name": name })).await?;
    tx.commit().await?;
    let what = if value.is_some() { "is saved" } else { "is removed" };
    done(Section::Ai.path(), format!("The secret \u{201c}{name}\u{201d} {what}."))
}

/// What stands on the page beside what was typed.
enum Wrong {
    Page(Flash),
    Secret(String, String),
}

async fn stored(site: &Site) -> Result<Versioned<LanguageModel>, StoreError> {
    settings::load::<LanguageModel>(site.desk.store.reader()).await
}

async fn form(site: &Site, stored: &Versioned<LanguageModel>) -> Result<ModelForm, StoreError> {
    let all = channels::all(site.desk.store.reader()).await?;
    let named: Vec<(ChannelId, String)> = all.into_iter().map(|channel| (channel.id, channel.name)).collect();
    let seconds_max = u32::try_from(site.boot.turn_deadline_ms / 1_000).unwrap_or(u32::MAX).max(1);
    Ok(ModelForm::of(stored.version.to_string(), &stored.value, &named, seconds_max))
}

async fn save(
    site: &Site,
    who: &SignedIn,
    changed: &LanguageModel,
    key: Option<SecretString>,
    forget: bool,
    seen: i64,
) -> Result<bool, StoreError> {
    let (by, now) = (Some(who.agent.id), site.desk.clock.now());
    let tx = site.desk.store.begin().await?;
    if !settings::save(&*tx, changed, seen, by, now).await? {
        return Ok(false);
    }
    let key_is = match &key {
        Some(key) => {
            secrets::set(&*tx, &site.key, MODEL_KEY, key, by, now).await?;
            "changed"
        }
        None if forget && secrets::remove(&*tx, MODEL_KEY).await? => "forgotten",
        None => "as it was",
    };
    let detail = json!({ "settings": changed, "key": key_is });
    trail::record(site, &tx, who, "language_model.change", LanguageModel::NAME, detail).await?;
    tx.commit().await?;
    Ok(true)
}

fn no_version() -> Refusal {
    Refusal::BadForm("The form lacks its version. Reload the page and send it again.".to_owned())
}

fn actions(stored: &LanguageModel) -> Vec<Action> {
    openapi::actions(&stored.actions).unwrap_or_default()
}

/// The secrets that actions name, each once.
fn schemes(actions: &[Action]) -> Vec<String> {
    let mut names: Vec<String> =
        actions.iter().flat_map(|action| &action.security).map(|scheme| scheme.name.clone()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

async fn render(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    form: ModelForm,
    stored: &Versioned<LanguageModel>,
    wrong: Option<Wrong>,
) -> Answer {
    let (now, kept) = (site.desk.clock.now(), secrets::names(site.desk.store.reader(), "").await?);
    let set_at = |name: &str| kept.iter().find(|(kept, _)| kept == name).map(|(_, at)| Moment::ago(*at, now));
    let key = match set_at(MODEL_KEY) {
        _ if !site.boot.language_model_key.expose_secret().is_empty() => KeyState::Environment,
        Some(at) => KeyState::Saved(at),
        None => KeyState::None,
    };
    let actions = actions(&stored.value);
    let line = |name: String| SecretLine { set: set_at(&format!("{ACTION_SECRETS}{name}")), name, error: None };
    let mut secrets: Vec<SecretLine> = schemes(&actions).into_iter().map(line).collect();
    let mut layout = layout(site, who, request, Section::Ai.label()).await?;
    match wrong {
        Some(Wrong::Page(flash)) => layout.flash = Some(flash),
        Some(Wrong::Secret(name, why)) => {
            secrets.iter_mut().filter(|secret| secret.name == name).for_each(|secret| secret.error = Some(why.clone()));
        }
        None => {}
    }
    let testable = stored.version > 0 && !stored.value.model.is_empty();
    let actions = actions.iter().map(ActionLine::of).collect();
    reply::page(request, status, &ModelPage { layout, form, key, testable, secrets, actions })
}
