package iceberg

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog"
	"github.com/apache/iceberg-go/catalog/rest"
	icebergsql "github.com/apache/iceberg-go/catalog/sql"
	"github.com/apache/iceberg-go/table"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
	_ "modernc.org/sqlite"             // the driver sqlite

	"pbsduck/export/whole"
)

// Where says which tables are meant.
type Where struct {
	Catalog   string // sqlite:FILE, postgres://..., http://... or https://... of a REST catalog
	Name      string // of the catalog, by which several share a database
	Warehouse string // folder of new tables; for a REST catalog what it knows by that name, or empty
	Namespace string
	MayMake   bool // whether a catalog and a namespace that are not there are made

	Token, Credential string        // of a REST catalog
	Wait              time.Duration // for who writes to the catalog
	Answer            time.Duration // how long a catalog that is a server may take for an answer; 0: for ever
}

// A Catalog holds the tables.
type Catalog struct {
	catalog.Catalog
	where Where
	isSQL bool
	close func() error
}

// ErrNoCatalog says that there is nothing where the catalog should be.
var ErrNoCatalog = errors.New("no such catalog")

// ErrWhere says that a catalog is named in a way that is not known.
var ErrWhere = errors.New("cannot tell what kind of catalog this is")

// ErrNoWarehouse says that nobody said where new tables are to lie.
var ErrNoWarehouse = errors.New("a new table needs a folder: name the warehouse")

// Open opens a catalog.
func Open(ctx context.Context, w Where) (*Catalog, error) {
	kind, rest, _ := strings.Cut(w.Catalog, ":")
	switch kind {
	case "sqlite":
		return openSQLite(ctx, w, rest)
	case "postgres", "postgresql":
		return openSQL(ctx, w, "pgx", w.Catalog, icebergsql.Postgres)
	case "http", "https":
		return openREST(ctx, w)
	}
	return nil, fmt.Errorf(
		"%s: %w: give sqlite:FILE, postgres://USER@HOST/DATABASE, or https://HOST of a REST catalog",
		visible(w.Catalog),
		ErrWhere,
	)
}

func openSQLite(ctx context.Context, w Where, file string) (*Catalog, error) {
	file, err := filepath.Abs(strings.TrimPrefix(file, "//"))
	if err != nil {
		return nil, err
	}
	_, err = os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !w.MayMake:
		return nil, fmt.Errorf("%s: %w", file, ErrNoCatalog)
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(filepath.Dir(file)); err != nil {
			return nil, fmt.Errorf("cannot make the catalog %s: %w", file, whole.Error(filepath.Dir(file), err))
		}
	case err != nil:
		return nil, whole.Error(file, err)
	}
	source := url.URL{
		Scheme:   "file",
		Path:     file,
		RawQuery: fmt.Sprintf("_pragma=busy_timeout(%d)&_txlock=immediate", w.Wait.Milliseconds()),
	}
	return openSQL(ctx, w, "sqlite", source.String(), icebergsql.SQLite)
}

func openSQL(
	ctx context.Context,
	w Where,
	driver, source string,
	dialect icebergsql.SupportedDialect,
) (*Catalog, error) {
	db, err := sql.Open(driver, source)
	if err != nil {
		return nil, unreachable(w, err)
	}
	if err := ping(ctx, db, w.Answer); err != nil {
		return nil, errors.Join(unreachable(w, err), db.Close())
	}
	properties := iceberg.Properties{
		"jdbc.schema-version": icebergsql.SchemaVersionV1,
		"init_catalog_tables": fmt.Sprint(w.MayMake),
	}
	made, err := icebergsql.NewCatalog(w.Name, db, dialect, properties)
	if err != nil {
		return nil, errors.Join(unreachable(w, err), db.Close())
	}
	return &Catalog{made, w, true, db.Close}, nil
}

func ping(ctx context.Context, db *sql.DB, answer time.Duration) error {
	if answer > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, answer, fmt.Errorf("no word within %s", answer))
		defer cancel()
	}
	if err := db.PingContext(ctx); err != nil {
		return cmp.Or(context.Cause(ctx), err)
	}
	return nil
}

func openREST(ctx context.Context, w Where) (*Catalog, error) {
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: w.Answer}).DialContext,
		TLSHandshakeTimeout: w.Answer, ResponseHeaderTimeout: w.Answer,
	}
	options := []rest.Option{rest.WithCustomTransport(transport)}
	if w.Warehouse != "" {
		options = append(options, rest.WithWarehouseLocation(w.Warehouse))
	}
	if w.Token != "" {
		options = append(options, rest.WithOAuthToken(w.Token))
	}
	if w.Credential != "" {
		options = append(options, rest.WithCredential(w.Credential))
	}
	made, err := rest.NewCatalog(ctx, w.Name, w.Catalog, options...)
	if err != nil {
		return nil, unreachable(w, err)
	}
	return &Catalog{made, w, false, func() error { transport.CloseIdleConnections(); return nil }}, nil
}

// Close lets go of the catalog.
func (c *Catalog) Close() error { return c.close() }

// Name is the name of the catalog, fit to be shown.
func (c *Catalog) Name() string { return visible(c.where.Catalog) }

// visible is the name of a catalog without what is secret in it.
func visible(name string) string {
	if at, err := url.Parse(name); err == nil && at.User != nil {
		return at.Redacted()
	}
	return name
}

func unreachable(w Where, err error) error {
	return fmt.Errorf("the catalog %s does not answer: %w", visible(w.Catalog), inWords(err))
}

// inWords says in words what the system has against a file.
func inWords(err error) error {
	if trouble := whole.TroubleOf(err); trouble != nil {
		return trouble
	}
	return err
}

func (c *Catalog) identifier(name string) table.Identifier {
	return append(strings.Split(c.where.Namespace, "."), name)
}

// called is the name of a table as messages say it.
func (c *Catalog) called(name string) string { return c.where.Namespace + "." + name }

// load opens a table. Nothing is returned if there is none.
func (c *Catalog) load(ctx context.Context, name string) (*table.Table, error) {
	t, err := c.LoadTable(ctx, c.identifier(name))
	switch {
	case errors.Is(err, catalog.ErrNoSuchTable), errors.Is(err, catalog.ErrNoSuchNamespace):
		return nil, nil
	case err != nil:
		return nil, c.lost(name, err)
	}
	return t, nil
}

// lost says of a file that is not there why that may be.
func (c *Catalog) lost(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf(
			"%s: %w: a table knows its files by absolute paths, so a warehouse that was moved must go back to where it was; "+
				"or take another namespace, whose tables are made anew", c.called(name), err,
		)
	}
	return fmt.Errorf("%s: %w", c.called(name), inWords(err))
}

// makeNamespace makes the namespace if it is not there.
func (c *Catalog) makeNamespace(ctx context.Context) error {
	namespace := strings.Split(c.where.Namespace, ".")
	for i := range namespace {
		one := namespace[:i+1]
		there, err := c.CheckNamespaceExists(ctx, one)
		if err != nil {
			return unreachable(c.where, err)
		}
		if there {
			continue
		}
		if err := c.CreateNamespace(ctx, one, nil); err != nil && !errors.Is(err, catalog.ErrNamespaceAlreadyExists) {
			return fmt.Errorf("cannot make the namespace %s: %w", strings.Join(one, "."), err)
		}
	}
	return nil
}

// location is where a new table is to lie; empty if the catalog says that.
func (c *Catalog) location(name string) (string, error) {
	if !c.isSQL {
		return "", nil
	}
	if c.where.Warehouse == "" {
		return "", ErrNoWarehouse
	}
	dir, err := filepath.Abs(c.where.Warehouse)
	if err != nil {
		return "", err
	}
	at := url.URL{Scheme: "file", Path: filepath.Join(dir, filepath.Join(c.identifier(name)...))}
	return at.String(), nil
}
