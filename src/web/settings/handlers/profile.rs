//! `/settings/profile`: what everybody at the desk decides about themselves.

use actix_web::{HttpRequest, web};
use serde_json::json;

use crate::store::agents::{self, Agent};
use crate::store::{StoreError, sessions};
use crate::web::frame::theme;
use crate::web::headers::client_address;
use crate::web::refusal::Refusal;
use crate::web::session::SignedIn;
use crate::web::settings::access::OwnPost;
use crate::web::settings::profile::{
    PASSWORD_WRONG, PasswordChange, PasswordForm, Profile, ProfileForm, ProfilePage, availability_field,
    availability_of,
};
use crate::web::settings::quiet::QuietForm;
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::site::Site;
use crate::web::{password, reply};

use super::{Answer, browsers, done, layout, quiet, slowly};

/// The page.
pub async fn show(site: web::Data<Site>, request: HttpRequest, who: SignedIn) -> Answer {
    let forms = Forms::stored(&site, &who).await?;
    render(&site, &request, &who, 200, forms).await
}

/// Changes name, colours and keys.
pub async fn update(site: web::Data<Site>, request: HttpRequest, post: OwnPost) -> Answer {
    let mut form = stored(&post.who.agent);
    let Some(profile) = form.read(&post.form) else {
        let forms = Forms { profile: form, ..Forms::stored(&site, &post.who).await? };
        return render(&site, &request, &post.who, 422, forms).await;
    };
    save(&site, &post.who, profile).await?;
    done(Section::Profile.path(), "Your profile is saved.")
}

/// Says whether they take conversations. What waits is given out if they do.
pub async fn set_availability(site: web::Data<Site>, post: OwnPost) -> Answer {
    let chosen = availability_of(post.form.raw("availability"));
    let chosen = chosen.ok_or_else(|| Refusal::BadForm("Choose online, busy or away.".to_owned()))?;
    site.desk.set_availability(post.who.agent.id, chosen).await?;
    done(Section::Profile.path(), "Your colleagues and the routing know.")
}

/// Changes the password. Guessing the current one is limited like signing in.
pub async fn change_password(site: web::Data<Site>, request: HttpRequest, post: OwnPost) -> Answer {
    let mut form = PasswordForm::default();
    let Some(change) = form.read(&post.form) else {
        let forms = Forms { password: form, ..Forms::stored(&site, &post.who).await? };
        return render(&site, &request, &post.who, 422, forms).await;
    };
    site.limits.sign_in(client_address(&request, &site.boot), &post.who.agent.email)?;
    let stored_hash = agents::password_hash(site.desk.store.reader(), post.who.agent.id).await?;
    let Some(hash) = slowly(move || rehash(&change, stored_hash.as_deref())).await?? else {
        form.current.error = Some(PASSWORD_WRONG.to_owned());
        let forms = Forms { password: form, ..Forms::stored(&site, &post.who).await? };
        return render(&site, &request, &post.who, 422, forms).await;
    };
    save_password(&site, &post.who, &hash).await?;
    done(Section::Profile.path(), "Your password is changed. Other browsers are signed out.")
}

/// The hash of the new password; nothing if the current one is wrong.
fn rehash(change: &PasswordChange, stored: Option<&str>) -> Result<Option<String>, Refusal> {
    if !password::verify(&change.current, stored) {
        return Ok(None);
    }
    password::hash(&change.new).map(Some).map_err(|error| Refusal::Broken(error.to_string()))
}

async fn save(site: &Site, who: &SignedIn, profile: Profile) -> Result<(), Refusal> {
    let tx = site.desk.store.begin().await?;
    // Read again: an admin may have changed the role since this request began.
    let agent = agents::find(&*tx, who.agent.id).await?.ok_or(Refusal::NotFound("agent"))?;
    let detail = json!({ "name": profile.name });
    let changed = Agent { name: profile.name, theme: profile.theme, shortcuts: profile.shortcuts, ..agent };
    agents::save(&*tx, &changed).await?;
    trail::record(site, &tx, who, "profile.change", &format!("agent:{}", changed.id), detail).await?;
    tx.commit().await?;
    site.directory.forget();
    Ok(())
}

async fn save_password(site: &Site, who: &SignedIn, hash: &str) -> Result<(), StoreError> {
    let tx = site.desk.store.begin().await?;
    agents::set_password(&*tx, who.agent.id, hash).await?;
    sessions::end_others(&*tx, who.agent.id, Some(who.session.id)).await?;
    trail::record(site, &tx, who, "password.change", &format!("agent:{}", who.agent.id), json!({})).await?;
    tx.commit().await
}

fn stored(agent: &Agent) -> ProfileForm {
    ProfileForm::of(&agent.name, theme(&agent.theme), agent.shortcuts)
}

/// What the page's forms hold.
pub(super) struct Forms {
    pub(super) profile: ProfileForm,
    pub(super) password: PasswordForm,
    pub(super) quiet: QuietForm,
}

impl Forms {
    /// What is stored.
    pub(super) async fn stored(site: &Site, who: &SignedIn) -> Result<Self, Refusal> {
        let quiet = quiet::form(site, who).await?;
        Ok(Self { profile: stored(&who.agent), password: PasswordForm::default(), quiet })
    }
}

pub(super) async fn render(site: &Site, request: &HttpRequest, who: &SignedIn, status: u16, forms: Forms) -> Answer {
    let layout = layout(site, who, request, Section::Profile.label()).await?;
    let availability = availability_field(who.agent.duty.availability);
    let browsers = browsers::panel(site, who).await?;
    let Forms { profile: form, password, quiet } = forms;
    reply::page(request, status, &ProfilePage { layout, form, password, availability, browsers, quiet })
}
