#!/usr/bin/env bash
# man_pages.sh COMMANDS.md VERSION OUT: writes the manual pages tally.1 and tally-COMMAND.1 into the folder OUT, from
# docs/commands.md. A section `## tally COMMAND` is a page of its own; tally.1 is what stands outside these.
# Needs lowdown, which turns Markdown into troff.
set -euo pipefail
document=$1 version=$2 out=$3
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

perl -e '
  my ($document, $work) = @ARGV;
  open my $in, "<", $document or die "$document: $!\n";
  my (%text, %what, $fenced);
  my $page = "tally";
  $what{tally} = "rules that say when a call is recorded, checked and compiled over every combination";
  while (my $line = <$in>) {
    # The help of the program, which the document shows, says in a line what each command does.
    $what{"tally-$1"} = $2 if $page eq "tally" && $fenced && $line =~ /^  ([a-z]+) {2,}(\S.*)$/;
    if ($line =~ /^```/) {
      $fenced = !$fenced;
      $line = "```\n";
    } elsif (!$fenced) {
      next if $line =~ /^# /;
      if ($line =~ /^## (?:tally ([a-z]+)$)?/) {
        $page = defined $1 ? "tally-$1" : "tally";
        next if defined $1;
      }
      $line =~ s/^##/#/;
      $line =~ s/\[([^\]]*)\]\([^)]*\)/$1/g;  # a page has no other places to go to
    }
    $text{$page} .= $line;
  }
  for my $name (keys %text) {
    my $what = $what{$name} or die "the help in $document does not say what $name does\n";
    open my $to, ">", "$work/$name.md" or die "$!\n";
    print $to "# NAME\n\n$name - $what\n\n# DESCRIPTION\n\n$text{$name}";
  }' "$document" "$work"
for page in "$work"/*.md; do
  name=$(basename "$page" .md)
  lowdown -s -T man -m "title: $name" -m section:1 -m "source: Tally $version" -m "volume: Tally" \
    -o "$out/$name.1" "$page"
done
