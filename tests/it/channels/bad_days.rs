//! What must hold after a provider's bad days, whatever the channel; and a death in the middle of something.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use baton::store::timeline::Delivery;

/// Customers who write in every round.
pub const CUSTOMERS: usize = 50;
/// Together they write a thousand messages.
pub const ROUNDS: usize = 20;
/// Customers who are answered in a round.
const ANSWERED: usize = 10;
/// In this round, which is one of those in which the provider is down, it stays down for an hour.
pub const THE_HOUR: usize = 7;

/// Whether the process dies in a round: while others call it, and once more while it sends.
pub fn dies_in(round: usize) -> bool {
    matches!(round, 4 | 9 | 14)
}

/// Who is answered in a round. Everybody at some time, nobody twice in one round.
pub fn answered_in(round: usize) -> impl Iterator<Item = usize> {
    (0..ANSWERED).map(move |place| (round * 7 + place * 5) % CUSTOMERS)
}

/// The questions a customer has asked in the end, in the order of their letters.
pub fn questions() -> Vec<String> {
    let mut all: Vec<String> = (0..ROUNDS).map(|round| format!("question {round}")).collect();
    all.sort();
    all
}

/// Every answer reached the customer once and in order, or is in doubt and reached them at most once. How many are in doubt.
pub fn judge(customer: usize, sent: &[(String, Delivery)], shown: &[String]) -> usize {
    let (mut in_doubt, mut places) = (0, Vec::new());
    for (text, delivery) in sent {
        let times: Vec<usize> = (0..shown.len()).filter(|place| shown[*place] == *text).collect();
        match delivery {
            Delivery::Sent | Delivery::Delivered | Delivery::Read => {
                assert_eq!(times.len(), 1, "customer {customer}: {text} is {delivery:?}, of {shown:?}");
            }
            Delivery::Unknown => {
                assert!(times.len() <= 1, "customer {customer}: {text} came twice");
                in_doubt += 1;
            }
            other => panic!("customer {customer}: {text} is {other:?}"),
        }
        places.extend(times);
    }
    assert!(places.is_sorted(), "customer {customer}: the order is another: {shown:?}");
    assert_eq!(places.len(), shown.len(), "customer {customer}: something was said that nobody wrote: {shown:?}");
    in_doubt
}

/// Goes on with something for so many steps and lets it be, as a process does that dies. `true`: it came to its end before.
pub async fn some_steps<F: Future>(mut work: Pin<&mut F>, steps: usize) -> bool {
    let mut left = steps;
    poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        work.as_mut().poll(context).map(|_| true)
    })
    .await
}
