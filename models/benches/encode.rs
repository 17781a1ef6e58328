//! What the encoder costs: time on the processor for a message, with each kernel of this machine; the first use; memory.
//!
//! `cargo bench --package baton-encoder`

use std::time::Duration;

use baton_encoder::{Encoder, EncoderError, Kernel, WEIGHTS, shared};
use rustix::time::{ClockId, clock_gettime};

const ROUNDS: usize = 20;

/// Messages as customers write them, from one word to a long complaint; the middle one has nine words.
const MESSAGES: [&str; 20] = [
    "hi",
    "where is my order",
    "I want my money back",
    "kann ich mit jemandem sprechen?",
    "how do I change the delivery address",
    "¿Puedo pagar con dos tarjetas a la vez?",
    "My card was declined twice and I do not know why",
    "私の荷物はどこですか。注文してから二週間になります",
    "The discount code from your newsletter does not work at the checkout",
    "Почему заказ отменили без предупреждения? Деньги с карты уже списали",
    "can you tell me if the blue one is still there in size 42",
    "Ich habe das falsche Produkt bekommen und brauche bis Freitag das richtige",
    "I have asked three times now and all I get is the same link to the same page",
    "Bonjour, je voudrais savoir si la garantie couvre aussi la batterie de mon téléphone",
    "هل يمكنني تغيير عنوان التوصيل بعد أن تم شحن الطلب؟ لقد انتقلت إلى بيت جديد",
    "Is there a way to download all of my invoices of the last year at once, for my accountant?",
    "Siparişimi dün verdim ama yanlış adresi yazdım, kargoya verilmeden önce değiştirebilir misiniz lütfen?",
    "I stayed at home the whole day for your driver, nobody rang, and now the page says that I was not there",
    "The parcel is a birthday present for my daughter, so I would like to know where it is, when it will come, and what you will do",
    "Your page says that returns are free, but the form asks me to pay for the label, and when I choose the other carrier it says that \
     my country is not supported, although I ordered from the same address a month ago",
];

#[expect(clippy::print_stdout, reason = "standard output is where a measurement answers")]
fn main() -> Result<(), EncoderError> {
    let (memory, begun) = (resident_kb(), cpu());
    let encoder = shared()?;
    let opened = cpu() - begun;
    encoder.encode(MESSAGES[1]);
    let first = cpu() - begun;
    println!("opened in {:.1} ms, with the first message {:.1} ms", ms(opened), ms(first));
    for _ in 0..ROUNDS {
        MESSAGES.iter().for_each(|message| drop(encoder.encode(message)));
    }
    println!(
        "memory after {} messages: {:.1} MB more",
        ROUNDS * MESSAGES.len(),
        (resident_kb() - memory) as f64 / 1024.0
    );
    for kernel in Kernel::all() {
        let encoder = Encoder::open(WEIGHTS, kernel)?;
        let mut times: Vec<Duration> = Vec::new();
        for message in std::iter::repeat_n(MESSAGES, ROUNDS).flatten() {
            let begun = cpu();
            std::hint::black_box(encoder.encode(message));
            times.push(cpu() - begun);
        }
        times.sort();
        let at = |share: usize| ms(times[(times.len() - 1) * share / 100]);
        let longest = {
            let text = MESSAGES.concat();
            let begun = cpu();
            std::hint::black_box(encoder.encode(&text));
            ms(cpu() - begun)
        };
        println!(
            "{:>8}: p50 {:.2} ms, p95 {:.2} ms a message on the processor; 128 pieces take {longest:.2} ms",
            kernel.name(),
            at(50),
            at(95)
        );
    }
    Ok(())
}

/// Time that this thread has spent on the processor.
fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Memory of this process, where the system says so.
fn resident_kb() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok()).unwrap_or_default()
}
