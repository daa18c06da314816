//! Where the well-known frameworks keep their migrations.

const FOLDERS: [&str; 6] =
    ["db/migrate/", "migrations/", "prisma/migrations/", "alembic/versions/", "priv/repo/migrations/", "db/migrations/"];

/// At the repository's root or in any folder of a monorepo.
pub fn is_migration(path: &str) -> bool {
    FOLDERS.iter().any(|folder| path.starts_with(folder) || path.contains(&format!("/{folder}")))
}
