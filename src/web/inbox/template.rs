//! `/conversations/{number}/template`: choosing a message that was approved beforehand, and filling its gaps.
//!
//! The provider is asked when the page is opened, so that what it withdrew is not offered. Sends `csrf`, `message_id`,
//! `template` and `gap-1`, `gap-2`, ...

use std::str::FromStr as _;

use actix_web::{HttpRequest, HttpResponse, web};
use baton_adapters::contract::{ChannelKind, Template, TemplateInfo};

use crate::desk::DeskError;
use crate::desk::reply::Reply;
use crate::handoff::MessageId;
use crate::store::channels;
use crate::store::message_details::Details;
use crate::web::flash;
use crate::web::frame::frame;
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::settings::posted::Posted;
use crate::web::site::Site;

use super::present::Opened;

/// Longest text of a gap.
const GAP_CHARS_MAX: usize = 500;

/// A template and what was typed into its gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Its name and language, as the form sends it.
    pub value: String,
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: String,
    /// Its text.
    pub body: String,
    /// What was typed into each gap.
    pub gaps: Vec<String>,
    /// What is wrong with what was typed.
    pub error: Option<String>,
}

/// The page.
#[derive(Clone, Debug, PartialEq, Eq, askama::Template)]
#[template(path = "inbox/template.html")]
pub struct TemplatePage {
    /// The document.
    pub layout: Layout,
    /// The conversation's number.
    pub number: i64,
    /// Who gets it.
    pub customer: String,
    /// A fresh id, so that a form sent twice is one message.
    pub message_id: String,
    /// What there is to choose from.
    pub offered: Vec<Offered>,
    /// Why there is nothing.
    pub trouble: Option<String>,
}

/// `GET /conversations/{number}/template`.
pub async fn show(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
) -> Result<HttpResponse, Refusal> {
    let opened = Opened::load(&site, &who, *number).await?;
    let found = templates(&site, &opened).await?;
    render(&site, &who, &request, &opened, 200, found.map(|all| all.iter().map(offered).collect())).await
}

/// `POST /conversations/{number}/template`.
pub async fn send(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
    body: web::Bytes,
) -> Result<HttpResponse, Refusal> {
    let form = Posted::parse(&body);
    who.check_csrf(form.raw("csrf"))?;
    let opened = Opened::load(&site, &who, *number).await?;
    let all = match templates(&site, &opened).await? {
        Ok(all) => all,
        Err(why) => return render(&site, &who, &request, &opened, 503, Err(why)).await,
    };
    let chosen = form.raw("template");
    let Some(template) = all.iter().find(|one| value(one) == chosen) else {
        return render(&site, &who, &request, &opened, 422, Ok(all.iter().map(offered).collect())).await;
    };
    let gaps: Vec<String> = (1..=template.gaps).map(|n| form.line(&format!("gap-{n}"))).collect();
    if let Some(error) = wrong(&gaps) {
        let mut offers: Vec<Offered> = all.iter().map(offered).collect();
        for offer in offers.iter_mut().filter(|offer| offer.value == chosen) {
            offer.gaps.clone_from(&gaps);
            offer.error = Some(error.clone());
        }
        return render(&site, &who, &request, &opened, 422, Ok(offers)).await;
    }
    let message = form.raw("message_id").parse().map(MessageId);
    let message =
        message.map_err(|_| Refusal::BadForm("The form lacks its message id. Reload the page.".to_owned()))?;
    let filled = filled(&template.body, &gaps);
    let sent = Template { name: template.name.clone(), language: template.language.clone(), parameters: gaps };
    let details = Details { template: serde_json::to_value(sent).ok(), ..Details::default() };
    let reply = Reply { agent: who.agent.id, message, text: filled, attachments: Vec::new(), seen: None };
    site.desk.reply_with(opened.record.core.id, reply, &details).await?;
    Ok(flash::redirect(&format!("/inbox/conversations/{}#newest", *number), None))
}

/// What the provider has approved, or why that can not be told.
async fn templates(site: &Site, opened: &Opened) -> Result<Result<Vec<TemplateInfo>, String>, Refusal> {
    let kind = ChannelKind::from_str(&opened.record.channel_kind).ok();
    let adapter = kind.and_then(|kind| site.desk.registry.get(kind).cloned());
    let adapter = adapter.filter(|adapter| adapter.capabilities().templates).ok_or(Refusal::NotFound("template"))?;
    let db = site.desk.store.reader();
    let found = channels::with_credentials(db, &site.key, opened.record.core.channel).await.map_err(DeskError::from)?;
    let (channel, secrets) = found.ok_or(Refusal::NotFound("channel"))?;
    Ok(adapter.templates(&site.desk.addresses.account(&channel, secrets.as_deref())).await)
}

fn value(template: &TemplateInfo) -> String {
    format!("{}/{}", template.name, template.language)
}

fn offered(template: &TemplateInfo) -> Offered {
    Offered {
        value: value(template),
        name: template.name.replace('_', " "),
        language: template.language.clone(),
        body: template.body.clone(),
        gaps: vec![String::new(); template.gaps],
        error: None,
    }
}

fn wrong(gaps: &[String]) -> Option<String> {
    if gaps.iter().any(String::is_empty) {
        return Some("Fill every gap: the provider refuses a template with an empty one.".to_owned());
    }
    let too_long = gaps.iter().any(|gap| gap.chars().count() > GAP_CHARS_MAX);
    too_long.then(|| format!("Keep each gap under {GAP_CHARS_MAX} characters."))
}

fn filled(body: &str, gaps: &[String]) -> String {
    let fill = |text: String, (n, gap): (usize, &String)| text.replace(&format!("{{{{{}}}}}", n + 1), gap);
    gaps.iter().enumerate().fold(body.to_owned(), fill)
}

async fn render(
    site: &Site,
    who: &SignedIn,
    request: &HttpRequest,
    opened: &Opened,
    status: u16,
    offered: Result<Vec<Offered>, String>,
) -> Result<HttpResponse, Refusal> {
    let customer = opened.customer().unwrap_or_else(|| "the customer".into());
    let trouble = offered.as_ref().err().cloned();
    let page = TemplatePage {
        layout: frame(site, who, request, "Send a template", None, None).await?,
        number: opened.record.number.0,
        customer,
        message_id: site.desk.clock.new_id().to_string(),
        offered: offered.unwrap_or_default(),
        trouble,
    };
    reply::page(request, status, &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_in_their_order_and_none_may_stay_empty() {
        let gaps = ["Maya".to_owned(), "7".to_owned()];
        assert_eq!(filled("Hello {{1}}, order {{2}}.", &gaps), "Hello Maya, order 7.");
        assert!(wrong(&gaps).is_none() && wrong(&[String::new()]).is_some());
        assert!(wrong(&["x".repeat(501)]).is_some());
    }
}
