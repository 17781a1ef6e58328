//! The knowledge of "Lumen & Oak", the lamp and furniture shop that `baton demo` plays: what its AI answers from.
//!
//! Invariant: each text opens with its title as a first-level heading.

/// Slug and Markdown of each article.
pub const ARTICLES: &[(&str, &str)] = &[
    ("opening-hours", include_str!("shop/opening-hours.md")),
    ("delivery", include_str!("shop/delivery.md")),
    ("returns", include_str!("shop/returns.md")),
    ("refunds", include_str!("shop/refunds.md")),
    ("payment", include_str!("shop/payment.md")),
    ("warranty", include_str!("shop/warranty.md")),
    ("order-tracking", include_str!("shop/order-tracking.md")),
    ("changing-an-order", include_str!("shop/changing-an-order.md")),
    ("assembly", include_str!("shop/assembly.md")),
    ("gift-cards", include_str!("shop/gift-cards.md")),
    ("bulbs-and-dimming", include_str!("shop/bulbs-and-dimming.md")),
    ("oak-care", include_str!("shop/oak-care.md")),
    ("contact", include_str!("shop/contact.md")),
];
