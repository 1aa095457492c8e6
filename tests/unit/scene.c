#include "scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const char scene_one_step[] = "[step \"review\"]\n[require]\nfield = title\n";
const char scene_release_by_editor[] = "[role \"editor\"]\nperson = Boris <boris@desk.example>\n"
				       "[step \"review\"]\n[release]\nrole = editor\n";
static const char text[] = "---\ntitle: The lake\n---\n\nWords.\n";

void scene_derive(struct scene *s)
{
	const struct review_commit *head = &s->h.commits[s->h.count - 1];

	s->draft.commits = s->h.commits;
	s->draft.sizes = s->sizes;
	s->draft.count = s->h.count;
	s->draft.blob = head->covers.items[0].blob;
	s->draft.base_blob = head->covers.items[0].base;
	draft_derive(&s->draft, &s->h.policy, s->h.facts.now);
}

/* What happens next. */
void scene_tell(struct scene *s, const char *story)
{
	history_tell(&s->h, story);
	scene_derive(s);
}

/* Begins anew, under other rules. */
void scene_begin(struct scene *s, const char *policy, const char *story)
{
	history_end(&s->h);
	history_start(&s->h, policy);
	review_state_clear(&s->draft.state);
	s->draft = (struct draft){.name = (char *)"lake",
				  .path = (char *)"content/city/lake.md",
				  .text = (char *)text,
				  .text_len = strlen(text)};
	scene_tell(s, story);
}

int scene_set_up(void **state)
{
	struct scene *s = mem_zalloc(1, sizeof *s);

	scene_begin(s, scene_one_step, "A saves 1.");
	*state = s;
	return 0;
}

int scene_tear_down(void **state)
{
	struct scene *s = *state;

	review_state_clear(&s->draft.state);
	history_end(&s->h);
	free(s);
	return 0;
}

const char *scene_answer_for_step(struct scene *s, enum rules_action action, enum person person,
				  const char *step)
{
	int rc = rules_check(action, &s->draft, &s->h.policy, &history_people[person], s->h.facts.now, step,
			     &s->err);

	if (rc == 0)
		return "yes";
	assert_int_equal(rc, E_REFUSED);
	assert_int_equal(s->err.code, E_REFUSED);
	assert_int_equal(rules_check(action, &s->draft, &s->h.policy, &history_people[person], s->h.facts.now,
				     step, NULL),
			 E_REFUSED);
	return s->err.message;
}

const char *scene_answer(struct scene *s, enum rules_action action, enum person person)
{
	return scene_answer_for_step(s, action, person, NULL);
}

struct review_cover *scene_last_cover(struct scene *s)
{
	return &s->h.commits[s->h.count - 1].covers.items[0];
}
