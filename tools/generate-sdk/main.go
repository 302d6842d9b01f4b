// Command generate-sdk writes the typed Python SDK of a Pulumi schema.
//
//	generate-sdk [-check] <folder>
//
// It is a thin front of Pulumi's own generator: <folder>/schema.json goes in, <folder>/pulumi_<name> comes
// out and replaces what was there. With -check nothing is written; it fails when the package is not what would
// be generated. The generated pyproject.toml is left out, since the folder's own ships the package.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func main() {
	check := flag.Bool("check", false, "compare instead of writing")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: generate-sdk [-check] <folder with schema.json>")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *check); err != nil {
		fmt.Fprintln(os.Stderr, "generate-sdk:", err)
		os.Exit(1)
	}
}

// run generates the package of the folder's schema, and writes it or compares it.
func run(folder string, check bool) error {
	name, files, err := generate(filepath.Join(folder, "schema.json"))
	if err != nil {
		return err
	}
	if check {
		return compare(folder, name, files)
	}
	return replace(folder, name, files)
}

// generate reads the schema file and returns the package's folder and its files, by path below the folder above it.
func generate(schemaFile string) (string, map[string][]byte, error) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return "", nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return "", nil, fmt.Errorf("%s: %w", schemaFile, err)
	}
	loader := schema.NewNullLoader()
	bound, diagnostics, err := schema.BindSpec(spec, loader, schema.ValidationOptions{})
	if err != nil {
		return "", nil, err
	}
	if diagnostics.HasErrors() {
		return "", nil, fmt.Errorf("%s is not a valid schema: %w", schemaFile, diagnostics)
	}
	generated, err := python.GeneratePackage("generate-sdk", bound, nil, nil)
	if err != nil {
		return "", nil, err
	}
	name := python.PyPack("", bound.Name)
	files := map[string][]byte{}
	for path, content := range generated {
		if strings.HasPrefix(path, name+"/") && !strings.HasSuffix(path, "README.md") {
			files[path] = content
		}
	}
	return name, files, nil
}

// replace writes the files in place of the package.
func replace(folder, name string, files map[string][]byte) error {
	if err := os.RemoveAll(filepath.Join(folder, name)); err != nil {
		return err
	}
	for path, content := range files {
		target := filepath.Join(folder, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(target, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// compare fails when a file differs, is missing or is there for no reason.
func compare(folder, name string, files map[string][]byte) error {
	for path, content := range files {
		held, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(path)))
		if err != nil || !bytes.Equal(held, content) {
			return fmt.Errorf("%s is stale; run: make sdk", path)
		}
	}
	return filepath.WalkDir(filepath.Join(folder, name), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.Contains(path, "__pycache__") {
			return err
		}
		below, err := filepath.Rel(folder, path)
		if _, made := files[filepath.ToSlash(below)]; err == nil && !made {
			err = fmt.Errorf("%s is not generated any more; run: make sdk", below)
		}
		return err
	})
}
