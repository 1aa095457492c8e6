# The release branch moved while a draft was worked on.
. "$FLOW/lib.sh"

does init
published lake "The lake path" "Five volunteers."
does correct lake -m one
does correct lake -m two
article "$home/one.md" "The lake path" "Six volunteers."
article "$home/two.md" "The lake path" "Seven volunteers."
does save lake-2 "$home/one.md"
does save lake-3 "$home/two.md"
for name in lake-2 lake-3; do
	does submit $name
	"$copydesk" --as "B. Editor <b@harbour.example>" approve $name --yes 2>"$home/err"
done

# Both at once cannot be.
untouched answers 1 release --all --yes
tells "both change content/culture/lake.md"

# Other articles moved: nothing is in the way.
published park "The park" "Trees."
does release --yes lake-2
same content/culture/lake.md "$home/one.md"
holds "the other article is there" git rev-parse -q --verify main:content/culture/park.md

# The same article moved: refused, and told what to do.
untouched answers 1 release --yes lake-3
tells "bring the draft up to date"
same content/culture/lake.md "$home/one.md"

# A commit by hand on an article is in the way too, and no proof.
printf 'more\n' >>content/culture/park.md
git commit -qam "By hand"
answers 1 verify
says "WRONG" content/culture/park.md
does log
says "changed the release branch"
finish
