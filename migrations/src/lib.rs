//! The schema, the same on SQLite and PostgreSQL.
//!
//! May not know the rest of Baton. Invariant: a migration that has been released is never edited; a change is a new one.

mod columns;
mod m0001_people;
mod m0002_channels;
mod m0003_conversations;
mod m0004_work;
mod m0005_settings;
mod m0006_search;
mod m0007_search_in_batches;
mod m0008_contact_search;
mod m0009_lists;
mod m0010_language_model;
mod m0011_knowledge;
mod m0012_readings;
mod m0013_asking;
mod m0014_care;
mod m0016_providers;
mod m0018_intake;
mod m0019_letters;
mod m0020_team_threads;
mod m0022_calls;
mod m0024_summary_lines;
mod m0026_contact_links;
mod m0028_shown_words;
mod m0030_written_summaries;
mod m0032_ai_again;
mod m0033_autopilot_off;
mod m0034_supervisors;
mod m0036_push;
mod m0038_quiet_hours;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

/// Runs the migrations, in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_people::Migration),
            Box::new(m0002_channels::Migration),
            Box::new(m0003_conversations::Migration),
            Box::new(m0004_work::Migration),
            Box::new(m0005_settings::Migration),
            Box::new(m0006_search::Migration),
            Box::new(m0007_search_in_batches::Migration),
            Box::new(m0008_contact_search::Migration),
            Box::new(m0009_lists::Migration),
            Box::new(m0010_language_model::Migration),
            Box::new(m0011_knowledge::Migration),
            Box::new(m0012_readings::Migration),
            Box::new(m0013_asking::Migration),
            Box::new(m0014_care::Migration),
            Box::new(m0016_providers::Migration),
            Box::new(m0018_intake::Migration),
            Box::new(m0019_letters::Migration),
            Box::new(m0020_team_threads::Migration),
            Box::new(m0022_calls::Migration),
            Box::new(m0024_summary_lines::Migration),
            Box::new(m0026_contact_links::Migration),
            Box::new(m0028_shown_words::Migration),
            Box::new(m0030_written_summaries::Migration),
            Box::new(m0032_ai_again::Migration),
            Box::new(m0033_autopilot_off::Migration),
            Box::new(m0034_supervisors::Migration),
            Box::new(m0036_push::Migration),
            Box::new(m0038_quiet_hours::Migration),
        ]
    }
}
