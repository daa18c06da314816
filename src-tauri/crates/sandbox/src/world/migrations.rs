//! The folders in which common frameworks keep migrations.

const FOLDERS: [&str; 6] =
    ["db/migrate/", "migrations/", "prisma/migrations/", "alembic/versions/", "priv/repo/migrations/", "db/migrations/"];

/// At the root of the repository or in any folder of it.
pub(crate) fn is_migration(path: &str) -> bool {
    FOLDERS.iter().any(|folder| path.starts_with(folder) || path.contains(&format!("/{folder}")))
}
