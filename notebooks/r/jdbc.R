# Asks a DuckDB database by DuckDB's JDBC driver, where R has no package duckdb. It reads only.
# PBSDUCK_JDBC is the driver's jar: org.duckdb:duckdb_jdbc of Maven Central.

# A function that gives the rows of a question as a data frame: texts, numbers, Dates, and instants in UTC; NULL is NA.
jdbc_ask <- function(path) {
  jar <- Sys.getenv("PBSDUCK_JDBC")
  if (!file.exists(jar)) stop("R has no package duckdb, and PBSDUCK_JDBC names no jar of org.duckdb:duckdb_jdbc")
  rJava::.jinit(jar)
  properties <- rJava::.jnew("java/util/Properties")
  properties$setProperty("duckdb.read_only", "true")
  driver <- rJava::.jnew("org/duckdb/DuckDBDriver")
  con <- driver$connect(paste0("jdbc:duckdb:", path), properties)
  statement <- con$createStatement()
  statement$execute("SET TimeZone = 'UTC'")
  function(sql) jdbc_rows(statement, sql)
}

# The answer is one text per column, in which its rows are JSON: a call per value is slow in rJava. All come from one temporary table,
# whose order is the answer's.
jdbc_rows <- function(statement, sql) {
  statement$execute(paste("CREATE OR REPLACE TEMP TABLE answer AS", sql))
  rows <- statement$executeQuery("DESCRIBE answer")
  names <- types <- character()
  while (rows$`next`()) {
    names <- c(names, rows$getString(1L))
    types <- c(types, rows$getString(2L))
  }
  quoted <- paste0('"', gsub('"', '""', names, fixed = TRUE), '"')
  lists <- paste0("to_json(coalesce(list(", quoted, "::VARCHAR ORDER BY rowid), []))::VARCHAR")
  answer <- statement$executeQuery(paste("SELECT", paste(lists, collapse = ", "), "FROM answer"))
  answer$`next`()
  columns <- lapply(seq_along(names), function(i) {
    values <- jsonlite::fromJSON(answer$getString(i), simplifyVector = FALSE)
    jdbc_typed(vapply(values, function(v) if (is.null(v)) NA_character_ else v, ""), types[i])
  })
  names(columns) <- names
  as.data.frame(columns, check.names = FALSE, stringsAsFactors = FALSE)
}

jdbc_typed <- function(values, type) {
  switch(sub("\\(.*", "", type),
    BIGINT = , INTEGER = , HUGEINT = , SMALLINT = , TINYINT = , DOUBLE = , FLOAT = , DECIMAL = as.numeric(values),
    BOOLEAN = as.logical(values),
    DATE = as.Date(values),
    "TIMESTAMP WITH TIME ZONE" = as.POSIXct(sub("\\+00$", "", values), tz = "UTC"),
    values)
}
