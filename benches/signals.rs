//! What the four detectors cost together: time on the processor for one more message of a conversation, with many forbidden topics.
//!
//! `cargo bench --bench signals`; `BATON_ENCODER_KERNEL=plain` (or `AVX2`) measures what a machine without the faster instructions
//! would need. Fails where the 95th percentile is over the limit that is promised for the kernel.

use std::time::Duration;

use baton::ai::assistant::{Said, Speaker};
use baton::ai::signals;
use baton::handoff::MessageId;
use rustix::time::{ClockId, clock_gettime};

/// Conversations that are read.
const CONVERSATIONS: usize = 400;
/// Forbidden topics of the admin.
const TOPICS: usize = 100;
/// Promised for the 95th percentile, with AVX2 or better and without.
const LIMIT: Duration = Duration::from_millis(8);
const LIMIT_PLAIN: Duration = Duration::from_millis(15);

/// Openings and what follows them: messages of ordinary length, each number of them another text.
const OPENINGS: [&str; 6] = [
    "where is my order {n}, it should have been here days ago",
    "kann ich die Bestellung {n} noch ändern, die Adresse stimmt nicht",
    "the lamp of order {n} flickers and gets very hot after an hour",
    "quiero saber cuándo llega el pedido {n} porque salgo de viaje el viernes",
    "注文{n}の荷物がまだ届いていません。いつ届きますか",
    "I paid for {n} twice and my bank says that it is your mistake, not theirs",
];
const FOLLOWING: [&str; 6] = [
    "no, I mean order {n}, that page says nothing about it",
    "das hilft mir bei {n} nicht weiter, gibt es jemanden, den ich anrufen kann?",
    "ok and how long does the repair of number {n} take if I send it in",
    "ya lo leí, pero el pedido {n} no aparece en esa página",
    "それは{n}の答えになっていません。担当の人と話せますか",
    "this is the third time that I write about {n}, please do something",
];

#[expect(clippy::print_stdout, reason = "standard output is where a measurement answers")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let kernel = baton_encoder::Kernel::best();
    let topics: Vec<String> = (0..TOPICS).map(|n| format!("matter number {n} of the shop in town {}", n * 7)).collect();
    let mut warm = conversation(usize::MAX);
    signals::read(&warm, &topics);
    let mut times = Vec::with_capacity(CONVERSATIONS);
    for number in 0..CONVERSATIONS {
        warm = conversation(number);
        // What was said before has been read before.
        signals::read(&warm[..2], &topics);
        let begun = cpu();
        std::hint::black_box(signals::read(&warm, &topics));
        times.push(cpu() - begun);
    }
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    println!(
        "{} kernel, {TOPICS} topics: p50 {:.2} ms, p95 {:.2} ms of processor time a message",
        kernel.name(),
        ms(at(50)),
        ms(at(95))
    );
    let limit = if kernel.name() == "plain" { LIMIT_PLAIN } else { LIMIT };
    match at(95) <= limit {
        true => Ok(()),
        false => Err(format!("the 95th percentile is over {limit:?}").into()),
    }
}

/// A question, an answer, and the message that is measured.
fn conversation(number: usize) -> Vec<Said> {
    let text = |forms: [&str; 6]| forms[number % forms.len()].replace("{n}", &(number % 100_000).to_string());
    vec![
        said(Speaker::Customer, &text(OPENINGS)),
        said(Speaker::Ai, "You find the state of every order behind the link in its confirmation."),
        said(Speaker::Customer, &text(FOLLOWING)),
    ]
}

fn said(by: Speaker, text: &str) -> Said {
    Said {
        message: MessageId(uuid::Uuid::nil()),
        by,
        text: text.to_owned(),
        has_files: false,
        at: chrono::DateTime::UNIX_EPOCH,
    }
}

/// Time that this thread has spent on the processor.
fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}
