//! Fetching a file from an address that a provider names.

use http::header::{AUTHORIZATION, LOCATION};
use url::Url;

use super::answer::Answer;
use super::{Http, may_call};
use crate::contract::DeliveryError;

/// Redirects that are followed.
const HOPS_MAX: usize = 4;

/// A file to fetch.
#[derive(Clone, Copy, Debug)]
pub struct Download<'a> {
    /// Where it is, as the provider says.
    pub url: &'a str,
    /// The provider's API as an admin set it: the same origin is trusted.
    pub base_url: &'a str,
    /// Ends of the names of hosts that may be asked, and be shown the credential.
    pub hosts: &'a [&'a str],
    /// The `Authorization` that belongs to it. Shown to `base_url` and `hosts` only, not to what they redirect to elsewhere.
    pub authorization: Option<&'a str>,
    /// Largest file.
    pub bytes_max: usize,
}

impl Http {
    /// Fetches a file.
    ///
    /// # Errors
    /// [`DeliveryError::Refused`] if the address may not be called or the file is too large; otherwise as for any request.
    pub async fn download(&self, file: Download<'_>) -> Result<Answer, DeliveryError> {
        let mut url = parse(file.url)?;
        if !file.is_trusted(&url) && !file.is_listed(&url) {
            return Err(DeliveryError::refused(format!("files are not fetched from {}", host(&url))));
        }
        for _ in 0..HOPS_MAX {
            let answer = self.hop(&file, &url).await?;
            if !answer.status.is_redirection() {
                return if answer.status.is_success() { Ok(answer) } else { Err(answer.trouble("")) };
            }
            let target = answer.headers.get(LOCATION).and_then(|target| target.to_str().ok()).unwrap_or_default();
            url = url.join(target).map_err(|_| DeliveryError::refused("a redirect leads nowhere"))?;
        }
        Err(DeliveryError::refused("the file is behind too many redirects"))
    }

    async fn hop(&self, file: &Download<'_>, url: &Url) -> Result<Answer, DeliveryError> {
        let trusted = file.is_trusted(url);
        if !trusted && (url.scheme() != "https" || !may_call(url)) {
            return Err(DeliveryError::refused(format!("files are not fetched from {}", host(url))));
        }
        let client = if trusted { self.trusted()? } else { self.guarded()? };
        let mut request = client.get(url.clone());
        if let Some(value) = file.authorization.filter(|_| trusted || file.is_listed(url)) {
            request = request.header(AUTHORIZATION, value);
        }
        match Answer::of(request, file.bytes_max).await {
            // Nothing is done twice by asking for a file again.
            Err(DeliveryError::Unknown { why }) => Err(DeliveryError::Again { why, after: None }),
            outcome => outcome,
        }
    }
}

impl Download<'_> {
    /// Whether an address belongs to what an admin set.
    fn is_trusted(&self, url: &Url) -> bool {
        Url::parse(self.base_url).is_ok_and(|base| base.origin() == url.origin())
    }

    fn is_listed(&self, url: &Url) -> bool {
        let Some(host) = url.domain().filter(|_| url.scheme() == "https") else { return false };
        self.hosts.iter().any(|end| host == *end || host.strip_suffix(end).is_some_and(|front| front.ends_with('.')))
    }
}

fn parse(url: &str) -> Result<Url, DeliveryError> {
    Url::parse(url).map_err(|_| DeliveryError::refused("the provider names an address that is none"))
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or("an address without a host")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_providers_hosts_are_asked_and_shown_the_credential() {
        let hosts = ["twilio.com"];
        let base_url = "http://127.0.0.1:9000/base";
        let file = Download { url: "", base_url, hosts: &hosts, authorization: None, bytes_max: 1 };
        let listed = |url: &str| file.is_listed(&Url::parse(url).expect("an address"));
        assert!(listed("https://api.twilio.com/x") && listed("https://twilio.com/x"));
        assert!(!listed("https://eviltwilio.com/x") && !listed("http://api.twilio.com/x"));
        assert!(!listed("https://twilio.com.evil.example/") && !listed("https://127.0.0.1/"));
        let trusted = |url: &str| file.is_trusted(&Url::parse(url).expect("an address"));
        assert!(trusted("http://127.0.0.1:9000/media/1"));
        assert!(!trusted("http://127.0.0.1:9001/media/1") && !trusted("https://127.0.0.1:9000/media/1"));
    }
}
