# The command line itself.
. "$FLOW/lib.sh"

refuses 2 'There is no command "bogus". "copydesk help" lists the commands.' bogus
refuses 2 'There is no option --bogus here. "copydesk help list" tells how it is used.' list --bogus
refuses 2 'The option --state needs a value' list --state
refuses 2 'There is no option -Z here.' -Z
refuses 2 '"show" needs NAME after it.' show
refuses 2 '"show" takes only NAME, and "b" is too much.' show a b
refuses 2 '"status" takes no argument "x".' status x
refuses 2 'There is no command "bogus".' help bogus
refuses 2 'no completion for "tcsh"' completion tcsh
refuses 2 "does not exist" -C "$home/nowhere" list
refuses 2 "no newsroom" list
refuses 2 "no newsroom"
refuses 2 "no newsroom" verify

does --version
says "copydesk "
does help
for command in $(sed -n 's/^\([a-z][a-z]*\)  .*/\1/p' "$home/out"); do
	does help "$command"
	says "usage: copydesk $command"
	cp "$home/out" "$home/help"
	does "$command" --help
	same "$home/out" "$home/help"
	holds "the help of $command fits 80 columns" refused_by grep -q '.\{81\}' "$home/out"
done
does help --mdoc
says ".It Cm release"
does completion bash
holds "bash reads its completion" bash -n "$home/out"
cp "$home/out" "$home/completion"
for shell in zsh fish; do
	does completion $shell
	if command -v $shell >/dev/null; then
		holds "$shell reads its completion" $shell -n "$home/out"
	else
		skip "$shell reads its completion"
	fi
done

does init
draft lake "The lake path" "Five volunteers."
PATH=$BUILD:$PATH bash -c '. "$1"
	COMP_WORDS=(copydesk sh) COMP_CWORD=1; _copydesk; echo "${COMPREPLY[@]}"
	COMP_WORDS=(copydesk show la) COMP_CWORD=2; _copydesk; echo "${COMPREPLY[@]}"
	COMP_WORDS=(copydesk list --state re) COMP_CWORD=3; _copydesk; echo "${COMPREPLY[@]}"
	COMP_WORDS=(copydesk list --js) COMP_CWORD=2; _copydesk; echo "${COMPREPLY[@]}"' bash "$home/completion" >"$home/out"
printf 'show\nlake\nreview released\n--json\n' >"$home/expected"
same "$home/out" "$home/expected"

refuses 2 'needs the names of drafts, or --all' release
refuses 2 'needs the names of drafts, or --all' release --all lake
refuses 2 'a text: give it with -m' comment lake
refuses 2 'a text: give it with -m' reject lake
refuses 2 'do not go together' comment lake --resolve 1 --reply 1 -m x
refuses 2 'is no number of acts' log -n many
refuses 2 'is no blob' save lake --from xyz "$home/draft.md"
refuses 2 'cannot be read' save lake "$home/missing.md"
refuses 2 'it is a folder' save lake "$home"
refuses 1 'is a draft, not a published article' correct lake
refuses 1 "Nothing is approved" release --all
refuses 2 "no comment, question or suggestion 7" comment lake --resolve 7
refuses 2 "do not stand in lake" comment lake --at "no such words" -m x
refuses 2 "more than once" comment lake --at e -m x

# A text from standard input; a reader that goes away; a full place to print to.
printf 'Two\nlines.\n' | "$copydesk" comment lake -m - 2>"$home/err"
does log
says "    Two" "    lines."
sh -c '"$0" help; echo $? >"$1"' "$copydesk" "$home/status" 2>"$home/err" | :
holds "EPIPE is quiet" test ! -s "$home/err"
"$copydesk" help 2>"$home/err" >/dev/full
holds "a full disk under the output is an error" test $? -eq 2
holds "and is told" grep -q "standard output cannot be written: the disk is full" "$home/err"
"$copydesk" help 2>"$home/err" >&-
holds "a closed output is no crash" test $? -le 2
finish
