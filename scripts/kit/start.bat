@echo off
rem Make the environment from the wheels alone, once, then open JupyterLab.
cd /d "%~dp0"
if exist .venv\installed goto start
py -{python} -m venv --clear .venv || goto failed
.venv\Scripts\python -m pip install --quiet --disable-pip-version-check --no-index --find-links wheels -r requirements.txt || goto failed
echo done > .venv\installed
:start
.venv\Scripts\python -m jupyterlab notebooks %*
goto :eof
:failed
echo start.bat: expected Python {python} and a kit made for Windows; README.txt says what this one is for.
pause
exit /b 1
