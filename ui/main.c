/* copydesk: a newsroom in a terminal. */
#include <signal.h>

#include "cli/cli.h"
#include "tui/app.h"

int main(int argc, char **argv)
{
	/* A parent may have had it ignored, and the ends of our children would be lost. */
	signal(SIGCHLD, SIG_DFL);
	/* A limit on file sizes shows as an error where we write, so that the person is told. */
	signal(SIGXFSZ, SIG_IGN);
	return cli_main(argc, argv, app_run);
}
