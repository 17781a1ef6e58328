//! How often the right article is found, measured on questions as customers ask them.

use crate::ai::knowledge::{Article, Scope};
use crate::ai::local::cast::{new_shop_library, shop_library};
use crate::ai::signals::language::{Language, detect};
use crate::handoff::call::Knowledge;
use crate::handoff::{ArticleId, ChannelId};

const HOURS: &str = "Opening hours";
const DELIVERY: &str = "Delivery times and cost";
const RETURNS: &str = "Returns and exchanges";
const REFUNDS: &str = "Refunds";
const PAYMENT: &str = "Payment methods";
const WARRANTY: &str = "Warranty and damaged items";
const TRACKING: &str = "Tracking an order";
const CHANGING: &str = "Changing or cancelling an order";
const ASSEMBLY: &str = "Assembly help";
const GIFTS: &str = "Gift cards";
const BULBS: &str = "Bulbs and dimming";
const OAK: &str = "Care for oak";
const CONTACT: &str = "Contact";

const QUESTIONS: [(&str, &str); 64] = [
    ("When do you open tomorrow?", HOURS),
    ("are you closed on christmas eve", HOURS),
    ("where is your showroom", HOURS),
    ("can i park near the store", HOURS),
    ("do I need an appointment to visit", HOURS),
    ("¿Cuál es su horario?", HOURS),
    ("Wann habt ihr geöffnet?", HOURS),
    ("How much is shipping?", DELIVERY),
    ("how many days until a lamp arrives", DELIVERY),
    ("do you ship to norway", DELIVERY),
    ("is express delivery possible", DELIVERY),
    ("will they carry the wardrobe upstairs", DELIVERY),
    ("can I pick my order up myself", DELIVERY),
    ("Wie lange dauert die Lieferung?", DELIVERY),
    ("cuánto cuesta el envío", DELIVERY),
    ("delivrey to switzerland", DELIVERY),
    ("I changed my mind, can I return it?", RETURNS),
    ("how do i send the lamp back", RETURNS),
    ("what does a return cost", RETURNS),
    ("can I swap it for another colour", RETURNS),
    ("is an engraved lamp returnable", RETURNS),
    ("quiero devolver una lámpara", RETURNS),
    ("where do I get the return label", RETURNS),
    ("Where is my refund?", REFUNDS),
    ("how long does a refund take", REFUNDS),
    ("I want my money back", REFUNDS),
    ("do you refund the delivery charge", REFUNDS),
    ("Wann bekomme ich mein Geld zurück?", REFUNDS),
    ("Can I pay with Klarna?", PAYMENT),
    ("do you accept american express", PAYMENT),
    ("pay in instalments", PAYMENT),
    ("why was my Visa declined", PAYMENT),
    ("I need an invoice for my company", PAYMENT),
    ("when is my card charged", PAYMENT),
    ("puis-je payer par carte de crédit", PAYMENT),
    ("How long is the warranty?", WARRANTY),
    ("the table has arrived with a crack", WARRANTY),
    ("can I buy a new shade for an old lamp", WARRANTY),
    ("the switch is faulty after two years", WARRANTY),
    ("garantie sur une table", WARRANTY),
    ("where is my order", TRACKING),
    ("tracking link please", TRACKING),
    ("it says delivered but I have no parcel", TRACKING),
    ("my parcel has not moved for days", TRACKING),
    ("what does in the workshop mean", TRACKING),
    ("Wo ist meine Bestellung?", TRACKING),
    ("cancel my order", CHANGING),
    ("can I still change the colour", CHANGING),
    ("add a second lamp to my order", CHANGING),
    ("send it to a different address", CHANGING),
    ("annuler ma commande", CHANGING),
    ("how do I put the shelf together", ASSEMBLY),
    ("a screw is missing", ASSEMBLY),
    ("do I need an electrician for the ceiling lamp", ASSEMBLY),
    ("can someone assemble it for me", ASSEMBLY),
    ("can I use two gift cards", GIFTS),
    ("does a gift card expire", GIFTS),
    ("what socket does the lamp have", BULBS),
    ("my dimmer makes a humming noise", BULBS),
    ("can I use it in the bathroom next to a shower", BULBS),
    ("how often should i oil the table", OAK),
    ("coffee stain on the wood", OAK),
    ("what is your phone number", CONTACT),
    ("discount for architects", CONTACT),
];

/// Questions that no article answers.
const OUTSIDE: [&str; 8] = [
    "do you rent out wedding tents",
    "which football team is the best",
    "can you write a poem about cats",
    "is your ceo married",
    "do you repair bicycles",
    "what is the capital of Peru",
    "sell me a used car",
    "how do I bake sourdough bread",
];

#[test]
fn nine_of_ten_questions_find_their_article() {
    let library = shop_library();
    let found = |question: &str| {
        library
            .search(question, detect(question), Scope::default(), 1)
            .hits
            .first()
            .map(|hit| hit.article.title.clone())
    };
    let missed: Vec<_> = QUESTIONS
        .iter()
        .filter(|(question, title)| found(question).as_deref() != Some(title))
        .map(|(question, _)| (question, found(question)))
        .collect();
    println!("{} of {} found; missed {missed:#?}", QUESTIONS.len() - missed.len(), QUESTIONS.len());
    assert!(missed.len() * 10 <= QUESTIONS.len(), "{missed:#?}");
}

#[test]
fn what_no_article_covers_is_not_believed() {
    let library = shop_library();
    let covered = OUTSIDE.iter().filter(|question| {
        library
            .search(question, detect(question), Scope::default(), 1)
            .hits
            .first()
            .is_some_and(|hit| hit.confidence >= 0.5)
    });
    let covered: Vec<_> = covered.collect();
    assert!(covered.len() <= 1, "{covered:#?}");
}

#[test]
fn articles_come_and_go_one_at_a_time() {
    let library = new_shop_library();
    let count = library.len();
    let id = ArticleId(uuid::Uuid::from_u128(99));
    let article = Article::from_markdown(id, "# Garden hoses\n\nGarden hoses are sold in spring.", Language::En);
    let titles = || {
        library
            .search("hoses", Some(Language::En), Scope::default(), 1)
            .hits
            .first()
            .map(|hit| hit.article.title.clone())
    };
    library.upsert(article.clone());
    library.upsert(article.clone());
    assert_eq!((library.len(), titles().as_deref()), (count + 1, Some("Garden hoses")));
    library.settle();
    assert_eq!(titles().as_deref(), Some("Garden hoses"), "and by its meaning");
    library.upsert(Article { published: false, ..article });
    assert_eq!(library.len(), count);
    assert_ne!(titles().as_deref(), Some("Garden hoses"));
    library.remove(id);
    assert_eq!(library.len(), count);
}

#[test]
fn an_article_kept_to_a_channel_answers_there_alone() {
    let library = new_shop_library();
    let (here, there) = (ChannelId(uuid::Uuid::from_u128(1)), ChannelId(uuid::Uuid::from_u128(2)));
    let id = ArticleId(uuid::Uuid::from_u128(99));
    let article = Article::from_markdown(id, "# Garden hoses\n\nGarden hoses are sold in spring.", Language::En);
    library.upsert(Article { channels: vec![here], ..article });
    library.settle();
    let found = |channel| {
        let scope = Scope { channel, ..Scope::default() };
        let hits = library.search("when do you sell garden hoses", Some(Language::En), scope, 3).hits;
        hits.iter().any(|hit| hit.article.id == id)
    };
    assert_eq!([found(Some(here)), found(Some(there)), found(None)], [true, false, true]);
    let reached = |question, knowledge| {
        let scope = Scope { channel: Some(here), knowledge, article: None };
        let hits = library.search(question, Some(Language::En), scope, 3).hits;
        let own = hits.iter().filter(|hit| hit.article.id == id).count();
        (own, hits.len() - own)
    };
    let (hoses, delivery) = ("when do you sell garden hoses", "how long does delivery take");
    assert!(reached(hoses, Knowledge::Everything).0 > 0 && reached(delivery, Knowledge::Everything).1 > 0);
    assert_eq!(reached(hoses, Knowledge::Own), (1, 0));
    assert_eq!(reached(delivery, Knowledge::Own), (0, 0), "the shop's other articles are out of reach");
    assert_eq!([hoses, delivery].map(|question| reached(question, Knowledge::Nothing)), [(0, 0); 2]);
}

#[test]
fn zz_experiment() {
    use crate::ai::signals::reading::Reading;
    use crate::ai::signals::{normalise, repeat};
    let library = shop_library();
    let encoder = baton_encoder::shared().unwrap();
    let all = QUESTIONS.iter().map(|(q, t)| (*q, *t)).chain(OUTSIDE.iter().map(|q| (*q, "-"))).chain([
        ("how long till a floor lamp gets here if i order today", DELIVERY),
        ("do you also sell garden hoses", "-"),
        ("can you fix my car", "-"),
        ("do you clean carpets", "-"),
        ("do you deliver pizza", "-"),
        ("can i return my library books", "-"),
        ("what is the warranty on my phone", "-"),
        ("can I pay my taxes here", "-"),
        ("do you assemble bikes", "-"),
    ]);
    for (q, title) in all {
        let results = library.search(q, detect(q), Scope::default(), 3);
        let Some(hit) = results.hits.first() else {
            println!("EXP none {q}");
            continue;
        };
        let mut units: Vec<String> = hit.passage.blocks.iter().flat_map(|b| b.units().iter().cloned()).collect();
        units.push(hit.article.title.clone());
        units.extend(hit.passage.headings.iter().cloned());
        let vectors: Vec<_> = units.iter().map(|u| encoder.encode(u)).collect();
        let near = |text: &str| {
            let v = encoder.encode(text);
            vectors.iter().map(|u| u.cosine(&v)).fold(0.0f32, f32::max)
        };
        let tokens = normalise::tokens(q);
        let full = near(&tokens.join(" "));
        let known: Vec<String> = hit.found.iter().map(|(t, _)| t.clone()).collect();
        let mut deltas = Vec::new();
        for (at, t) in tokens.iter().enumerate() {
            let terms = crate::ai::words::terms_of(std::slice::from_ref(t), detect(q).unwrap_or(Language::En));
            if terms.is_empty() {
                continue;
            }
            let without: Vec<&str> =
                tokens.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, t)| t.as_str()).collect();
            deltas.push(format!(
                "{t}{}:{:+.2}",
                if terms.iter().any(|x| known.contains(&x.stem)) { "*" } else { "" },
                full - near(&without.join(" "))
            ));
        }
        let titles: Vec<String> = results
            .hits
            .iter()
            .map(|h| {
                format!(
                    "{}={:.2}/{:.2}/c{:.2}",
                    &h.article.title[..8.min(h.article.title.len())],
                    h.confidence,
                    h.score,
                    repeat::probability(&Reading::of(q), &Reading::of(&h.article.title)).unwrap_or(-1.0)
                )
            })
            .collect();
        println!(
            "EXP {} und={} conf={:.2} cov={:.2} near={full:.2} {q} | {} | {}",
            if hit.article.title == title {
                "ok "
            } else if title == "-" {
                "OUT"
            } else {
                "BAD"
            },
            results.is_undecided,
            hit.confidence,
            hit.coverage,
            deltas.join(" "),
            titles.join(" ")
        );
    }
    if let Ok(dir) = std::env::var("BATON_EXP") {
        let faq: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(format!("{dir}/kb_faq.json")).unwrap()).unwrap();
        let names: Vec<String> = faq.as_array().unwrap().iter().map(|a| a["id"].as_str().unwrap().to_owned()).collect();
        let articles = faq.as_array().unwrap().iter().enumerate().map(|(i, a)| {
            let body: Vec<&str> = a["questions"].as_array().unwrap().iter().map(|q| q.as_str().unwrap()).collect();
            Article::from_markdown(
                ArticleId(uuid::Uuid::from_u128(i as u128)),
                &format!("# {}\n\n{}", a["title"].as_str().unwrap(), body.join("\n\n")),
                Language::En,
            )
        });
        let library = crate::ai::knowledge::Library::of(articles);
        library.settle();
        for line in std::fs::read_to_string(format!("{dir}/kb_faq_queries.jsonl")).unwrap().lines() {
            let q: serde_json::Value = serde_json::from_str(line).unwrap();
            if q["lang"] != "en" {
                continue;
            }
            let text = q["text"].as_str().unwrap();
            let results = library.search(text, Some(Language::En), Scope::default(), 2);
            let Some(hit) = results.hits.first() else { continue };
            let name = &names[usize::try_from(hit.article.id.0.as_u128()).unwrap()];
            let right = q["answer"].as_str() == Some(name);
            println!(
                "KB {} {} {:.3} {} {text}",
                q["kind"].as_str().unwrap_or("?"),
                right,
                hit.confidence,
                results.is_undecided
            );
        }
    }
    for lines in [
        &["How long does a delivery take?", "3 to 5 days.", "And what does delivery cost?"][..],
        &["How long does a delivery take?", "3 to 5 days.", "And how much is delivery?"],
        &["When do you open?", "At ten.", "And on sundays?"],
        &["Can I return a lamp?", "Yes, within 30 days.", "And what does a return cost?"],
        &["How long is the warranty?", "Two years.", "And what does it cover?"],
        &["Wie lange dauert die Lieferung?", "3 Tage.", "Und was kostet die Lieferung?"],
    ] {
        let signal = crate::ai::signals::no_progress::read(&crate::ai::local::cast::dialogue(lines));
        let exchange = crate::ai::signals::progress::Exchange::of(&crate::ai::local::cast::dialogue(lines));
        let step = crate::ai::signals::progress::Step::of(&exchange, 1).unwrap();
        println!("EXP np {:.2} {} {:?} {:?} {lines:?}", signal.p, signal.decided, signal.because, step.numbers);
    }
}
