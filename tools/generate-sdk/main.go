// Command generate-sdk writes a typed SDK of a Pulumi schema.
//
//	generate-sdk [-check] <folder>
//	generate-sdk -language nodejs -out <folder for the package> <folder>
//
// It is a thin front of Pulumi's own generators. In Python, <folder>/schema.json goes in, <folder>/pulumi_<name> comes
// out and replaces what was there. With -check nothing is written; it fails when the package is not what would
// be generated. The generated pyproject.toml is left out, since the folder's own ships the package. In any other
// language the whole package is written to a folder of its own.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "generate-sdk"

func main() {
	check := flag.Bool("check", false, "compare instead of writing")
	language := flag.String("language", "python", "python or nodejs")
	out := flag.String("out", "", "the package's folder, for any language but Python")
	flag.Parse()
	if flag.NArg() != 1 || (*language != "python") != (*out != "") {
		fmt.Fprintln(os.Stderr, "usage: generate-sdk [-check | -language nodejs -out <folder>] <folder with schema.json>")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *language, *out, *check); err != nil {
		fmt.Fprintln(os.Stderr, "generate-sdk:", err)
		os.Exit(1)
	}
}

// run generates the package of the folder's schema, and writes it or compares it.
func run(folder, language, out string, check bool) error {
	bound, err := bind(filepath.Join(folder, "schema.json"))
	if err != nil {
		return err
	}
	switch language {
	case "nodejs":
		files, err := nodejs.GeneratePackage(tool, bound, nil, nil, false, nil)
		if err != nil {
			return err
		}
		return write(out, files)
	case "python":
		name, files, err := pythonPackage(bound)
		if err != nil {
			return err
		}
		if check {
			return compare(folder, name, files)
		}
		if err := os.RemoveAll(filepath.Join(folder, name)); err != nil {
			return err
		}
		return write(folder, files)
	}
	return errors.New("there is no language " + language + "; there are: python, nodejs")
}

// bind reads the schema file.
func bind(schemaFile string) (*schema.Package, error) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, fmt.Errorf("%s: %w", schemaFile, err)
	}
	bound, diagnostics, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	if diagnostics.HasErrors() {
		return nil, fmt.Errorf("%s is not a valid schema: %w", schemaFile, diagnostics)
	}
	return bound, nil
}

// pythonPackage returns the package's folder and its files, by path below the folder above it.
func pythonPackage(bound *schema.Package) (string, map[string][]byte, error) {
	generated, err := python.GeneratePackage(tool, bound, nil, nil)
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

// write writes files by their path below a folder.
func write(folder string, files map[string][]byte) error {
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
