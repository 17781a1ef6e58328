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
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::sync::{Arc, Mutex};

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

    /// A server that answers each path as told, and keeps what it was asked.
    fn server(answer: impl Fn(&str) -> String + Send + 'static) -> (String, Arc<Mutex<Vec<String>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let (url, asked) = (format!("http://{}", listener.local_addr().expect("an address")), Arc::default());
        let kept: Arc<Mutex<Vec<String>>> = Arc::clone(&asked);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut head = [0; 4_096];
                let length = stream.read(&mut head).unwrap_or(0);
                let head = String::from_utf8_lossy(&head[..length]).into_owned();
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                kept.lock().expect("a list").push(head);
                drop(stream.write_all(answer(&path).as_bytes()));
            }
        });
        (url, asked)
    }

    fn answer(head: &str, body: &str) -> String {
        format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_redirect_is_followed_with_the_credential_at_home_and_not_into_a_private_network() {
        let (inside, asked_inside) = server(|_| answer("200 OK", "a secret of the house"));
        let target = inside.clone();
        let (base, asked) = server(move |path| match path {
            "/picture" => answer("302 Found\r\nLocation: /kept", ""),
            "/kept" => answer("200 OK", "a lamp"),
            "/trap" => answer(&format!("302 Found\r\nLocation: {target}/metadata"), ""),
            _ => answer("302 Found\r\nLocation: /round", ""),
        });
        let http = Http::default();
        let get = async |path: &str| {
            let url = format!("{base}{path}");
            let (hosts, authorization) = (&["twilio.com"], Some("Basic c2VjcmV0"));
            http.download(Download { url: &url, base_url: &base, hosts, authorization, bytes_max: 100 }).await
        };
        assert_eq!(get("/picture").await.expect("a file").body.as_ref(), b"a lamp");
        let shown = asked.lock().expect("a list").iter().filter(|head| head.contains("Basic c2VjcmV0")).count();
        assert_eq!(shown, 2, "the credential is shown at home, before and after the redirect");
        let trapped = get("/trap").await.expect_err("refused").to_string();
        assert!(trapped.contains("files are not fetched from"), "{trapped}");
        assert!(asked_inside.lock().expect("a list").is_empty(), "nobody inside was asked");
        assert!(get("/round").await.expect_err("refused").to_string().contains("too many redirects"));
    }
}
