//! A website, page by page: from one address along its links, never beyond the site it began on.
//!
//! May not reach a private address unless the installation allows it. Invariant: pages, bytes and time have limits; a redirect is
//! followed only within the same site; what the site's robots.txt keeps from programs is not read; the text of an answer is never believed
//! to be what its sender says.

use std::collections::{HashSet, VecDeque};
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, LOCATION};
use url::Url;

use super::robots::{self, Robots};
use super::{Found, html, markdown};
use crate::outbound::{self, Clients};

/// Pages of one import.
pub const PAGES_MAX: usize = 60;
/// Longest page.
const PAGE_BYTES_MAX: usize = 1024 * 1024;
/// Longest wait for one page.
const PAGE_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest time for all of them.
const SITE_TIMEOUT: Duration = Duration::from_secs(40);
const REDIRECTS_MAX: usize = 5;
/// Why a page is left out that the site keeps from programs.
const KEPT: &str = "The site's robots.txt asks programs not to read it. Copy its text into an article by hand.";
/// Addresses that wait to be looked at.
const WAITING_MAX: usize = 2_000;
/// Left-out pages that are told one by one.
const TOLD_MAX: usize = 20;
/// Endings of what is no page.
const FILES: [&str; 18] = [
    ".jpg", ".jpeg", ".png", ".gif", ".svg", ".webp", ".ico", ".css", ".js", ".json", ".xml", ".zip", ".gz", ".mp4",
    ".mp3", ".woff", ".woff2", ".pdf",
];

/// Reads a site into documents.
#[derive(Clone, Debug)]
pub struct Crawler {
    client: reqwest::Client,
    private_allowed: bool,
}

/// A page as it was sent.
struct Page {
    address: Url,
    is_html: bool,
    text: String,
}

impl Crawler {
    /// A crawler over the process's clients.
    pub fn new(clients: &Clients, private_allowed: bool) -> Self {
        let client = if private_allowed { clients.unguarded.clone() } else { clients.guarded.clone() };
        Self { client, private_allowed }
    }

    /// Reads the page at `start` and those of the same site it leads to, at most `pages_max`.
    ///
    /// # Errors
    /// Why not even the first page could be read, in words.
    pub async fn read(&self, start: &Url, pages_max: usize) -> Result<Found, String> {
        let began = Instant::now();
        let (mut found, mut left_out) = (Found::default(), 0);
        let mut robots = self.robots(start).await;
        if !robots.allow(start) {
            return Err(KEPT.to_owned());
        }
        let first = self.page(start).await?;
        let home = first.address.clone();
        if !same_site(&home, start) {
            robots = self.robots(&home).await;
        }
        let mut met: HashSet<String> = [key(start), key(&home)].into();
        let mut waiting: VecDeque<Url> = VecDeque::new();
        let mut page = Some(first);
        let mut pages = 1;
        loop {
            if let Some(page) = page.take() {
                follow(&page, &home, &mut met, &mut waiting);
                take(page, &mut found);
            }
            let Some(next) = waiting.pop_front() else { break };
            if pages >= pages_max.min(PAGES_MAX) || began.elapsed() > SITE_TIMEOUT {
                let why =
                    format!("{pages} pages were read; {} more were found. Import those apart.", waiting.len() + 1);
                found.skip(home.as_str(), why);
                break;
            }
            if !robots.allow(&next) {
                left_out += 1;
                if left_out <= TOLD_MAX {
                    found.skip(next.as_str(), KEPT);
                }
                continue;
            }
            pages += 1;
            match self.page(&next).await {
                Ok(read) if same_site(&home, &read.address) => page = Some(read),
                Ok(_) => left_out += 1,
                Err(why) if left_out < TOLD_MAX => {
                    left_out += 1;
                    found.skip(next.as_str(), why);
                }
                Err(_) => left_out += 1,
            }
        }
        Ok(found)
    }

    /// What the site asks programs not to read; nothing, where it does not say.
    async fn robots(&self, site: &Url) -> Robots {
        let Ok(address) = site.join("/robots.txt") else { return Robots::default() };
        let text = tokio::time::timeout(PAGE_TIMEOUT, self.fetch(&address)).await;
        let file = text.ok().and_then(Result::ok).filter(|page| !page.is_html && page.text.len() <= robots::BYTES_MAX);
        file.map(|page| Robots::read(&page.text)).unwrap_or_default()
    }

    async fn page(&self, address: &Url) -> Result<Page, String> {
        let read = tokio::time::timeout(PAGE_TIMEOUT, self.fetch(address)).await;
        read.unwrap_or_else(|_| Err(format!("It did not answer within {} seconds.", PAGE_TIMEOUT.as_secs())))
    }

    async fn fetch(&self, start: &Url) -> Result<Page, String> {
        let mut address = start.clone();
        for _ in 0..=REDIRECTS_MAX {
            self.may_call(&address)?;
            let answer = self.client.get(address.clone()).send().await.map_err(|why| words(&why))?;
            let status = answer.status();
            if status.is_redirection() {
                let to = answer.headers().get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
                address = address.join(to).map_err(|_| "It leads to an address that can not be read.".to_owned())?;
                continue;
            }
            if !status.is_success() {
                return Err(format!("The site answered {status}."));
            }
            return body(address, answer).await;
        }
        Err(format!("It leads on more than {REDIRECTS_MAX} times."))
    }

    fn may_call(&self, address: &Url) -> Result<(), String> {
        match self.private_allowed || outbound::may_call(address) {
            _ if !matches!(address.scheme(), "http" | "https") => Err("Only http and https can be read.".to_owned()),
            true => Ok(()),
            false => Err("It leads to a private address, which this installation does not call.".to_owned()),
        }
    }
}

async fn body(address: Url, mut answer: reqwest::Response) -> Result<Page, String> {
    let kind =
        answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_lowercase();
    let is_html = kind.contains("html");
    if !is_html && !kind.starts_with("text/plain") && !kind.starts_with("text/markdown") {
        return Err("It is no page of text.".to_owned());
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|why| words(&why))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > PAGE_BYTES_MAX {
            return Err(format!("It is larger than {} KiB.", PAGE_BYTES_MAX / 1024));
        }
    }
    Ok(Page { address, is_html, text: String::from_utf8_lossy(&bytes).into_owned() })
}

/// Notes the pages a page leads to.
fn follow(page: &Page, home: &Url, met: &mut HashSet<String>, waiting: &mut VecDeque<Url>) {
    if !page.is_html {
        return;
    }
    for mut link in html::links(&page.text, &page.address) {
        link.set_fragment(None);
        let is_file = FILES.iter().any(|ending| link.path().to_lowercase().ends_with(ending));
        if !is_file && same_site(home, &link) && waiting.len() < WAITING_MAX && met.insert(key(&link)) {
            waiting.push_back(link);
        }
    }
}

fn take(page: Page, found: &mut Found) {
    let Page { address, is_html, text } = page;
    let name = address.to_string();
    let mut document = match is_html {
        true => html::read(address.path().trim_end_matches('/'), &text, Some(&address)),
        false => markdown::read(address.path(), &text),
    };
    document.url = Some(name.clone());
    document.from = name;
    if found.documents.iter().any(|other| other.body == document.body.trim()) {
        return;
    }
    found.add(document);
}

fn same_site(home: &Url, other: &Url) -> bool {
    home.origin() == other.origin()
}

/// An address without what does not change the page.
fn key(address: &Url) -> String {
    let mut address = address.clone();
    address.set_fragment(None);
    address.as_str().trim_end_matches('/').to_owned()
}

/// The first cause of a failure, which says most.
fn words(why: &reqwest::Error) -> String {
    if why.is_timeout() {
        return "It could not be reached: it did not answer in time.".to_owned();
    }
    let mut cause: &dyn std::error::Error = why;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    format!("It could not be reached: {cause}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn no_address_inside_is_called() {
        let crawler = Crawler::new(&Clients::new().expect("clients"), false);
        for inside in [
            "http://127.0.0.1:1/",
            "http://[::1]:1/",
            "http://10.0.0.1/",
            "http://localhost:1/",
            "http://169.254.169.254/",
        ] {
            let why = crawler.read(&Url::parse(inside).expect("an address"), 1).await.expect_err("refused");
            assert!(why.contains("address"), "{inside}: {why}");
        }
    }

    #[test]
    fn only_pages_of_the_same_site_wait() {
        let home = Url::parse("https://lumen.example/help/").expect("an address");
        let text = r##"<a href="/help">same</a><a href="a#x">a</a><a href="a">again</a><a href="b.PNG">picture</a>
            <a href="https://other.example/">other</a><a href="http://lumen.example/a">not secure</a>"##;
        let page = Page { address: home.clone(), is_html: true, text: text.to_owned() };
        let (mut met, mut waiting) = (HashSet::from([key(&home)]), VecDeque::new());
        follow(&page, &home, &mut met, &mut waiting);
        assert_eq!(waiting.iter().map(Url::as_str).collect::<Vec<_>>(), ["https://lumen.example/help/a"]);
    }
}
